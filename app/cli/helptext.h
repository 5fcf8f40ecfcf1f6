#pragma once

#include <QCommandLineOption>
#include <QList>
#include <QString>

namespace longshore {

QString versionText();

/// `--help` of the window, of `upload` and of `sandbox`, with the descriptions of the given
/// options.
QString windowHelp(const QList<QCommandLineOption> &options);
QString uploadHelp(const QList<QCommandLineOption> &options);
QString sandboxHelp(const QList<QCommandLineOption> &options);

} // namespace longshore
