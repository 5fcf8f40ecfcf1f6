#pragma once

#include "transfer/uploadstate.h"

#include <QHash>
#include <QList>
#include <QString>

#include <optional>

namespace longshore {

/// One thing that happened to an upload, in words.
struct LogLine
{
    qint64 unixMs = 0;
    QString text; ///< fit to be shown

    bool operator==(const LogLine &) const = default;
};

/// None for what happens too often to be told: progress, and parts that start.
std::optional<LogLine> logLine(const UploadEvent &event, qint64 unixMs);

/// What happened to each upload: the latest lines.
class UploadLogs
{
public:
    /// Of one upload; older ones are dropped.
    static constexpr qsizetype kMaxLines = 500;

    /// The line, where the event made one.
    std::optional<LogLine> add(const QString &key, const UploadEvent &event, qint64 unixMs);
    /// The oldest first.
    QList<LogLine> lines(const QString &key) const { return m_lines.value(key); }
    void remove(const QString &key) { m_lines.remove(key); }

private:
    QHash<QString, QList<LogLine>> m_lines;
};

} // namespace longshore
