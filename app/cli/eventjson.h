#pragma once

#include "cli/exitcode.h"
#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QString>

namespace longshore {

// The events of `upload --json`, as scripts read them; without `time`, which jsonLine() adds.
// `upload` is the upload's key, an empty string where there is no upload. All functions are pure.

QJsonObject queuedJson(const QueuedUpload &upload);
/// `path` is told by failed.
QJsonObject eventJson(const QString &key, const QString &path, const UploadEvent &event);
/// A file that was never queued.
QJsonObject refusedJson(const QString &path, const ApiError &error);
/// A warning that concerns no upload in particular.
QJsonObject warningJson(const QString &message, const QString &code);
QJsonObject summaryJson(const RunSummary &summary);

/// One line with its end, UTF-8, valid whatever the strings hold.
QByteArray jsonLine(QJsonObject event, const QDateTime &time);

} // namespace longshore
