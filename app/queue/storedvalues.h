#pragma once

#include "transfer/uploadspec.h"
#include "transfer/uploadstate.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace longshore {

// Values as the journal's tables hold them, and back.

/// As bytes that any QString survives: UTF-8 where that gives the same text back, otherwise 0xff
/// and UTF-16 code units.
QByteArray storedText(const QString &text);
QString textOf(const QByteArray &stored);

/// Numbers of four bytes each, little-endian.
QByteArray storedOrder(const QList<int> &order);
QList<int> orderOf(const QByteArray &stored);
/// Never null, which SQLite would take for NULL.
QByteArray storedBytes(const QByteArray &bytes);

QString holdEndName(HoldEnd end);
HoldEnd holdEndOf(const QString &name);

/// Of a name as uploadStateName() gives it for a state that is stored.
UploadState storedStateOf(const QString &name);
/// Of a name as errorKindName() gives it.
ErrorKind errorKindOf(const QString &name);
/// NoError for a number that is none of Qt's.
QNetworkReply::NetworkError networkErrorOf(int number);

} // namespace longshore
