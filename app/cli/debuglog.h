#pragma once

#include <QFile>
#include <QString>

#include <mutex>

namespace longshore {

/// Where Qt's messages and ours go while it exists: to the log file if there is one, otherwise
/// warnings to stderr and the rest nowhere. One object at a time. Thread-safe but for open().
/// Nothing that knows the key is ever handed to it.
class DebugLog
{
public:
    DebugLog();
    ~DebugLog();
    Q_DISABLE_COPY_MOVE(DebugLog)

    /// Appends to `path`, which is created for its owner only. Empty, or a sentence that says why
    /// it can't.
    QString open(const QString &path);
    /// A line with the time before it; nothing without a file.
    void write(const QString &text);

private:
    static void handleMessage(QtMsgType type, const QMessageLogContext &context,
                              const QString &message);

    std::mutex m_mutex;
    QFile m_file;
    QtMessageHandler m_handlerBefore = nullptr;
};

} // namespace longshore
