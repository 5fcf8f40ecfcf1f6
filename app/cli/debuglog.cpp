#include "cli/debuglog.h"

#include "cli/humantext.h"
#include "cli/standardstreams.h"

#include <QDateTime>

#include <atomic>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

std::atomic<DebugLog *> activeLog{nullptr};

} // namespace

DebugLog::DebugLog()
{
    activeLog = this;
    m_handlerBefore = qInstallMessageHandler(&DebugLog::handleMessage);
}

DebugLog::~DebugLog()
{
    qInstallMessageHandler(m_handlerBefore);
    activeLog = nullptr;
}

QString DebugLog::open(const QString &path)
{
    m_file.setFileName(path);
    if (m_file.open(QIODevice::WriteOnly | QIODevice::Append, QFile::ReadOwner | QFile::WriteOwner))
        return {};
    return u"The log file '%1' can't be written: %2."_s.arg(path, m_file.errorString());
}

void DebugLog::write(const QString &text)
{
    const std::lock_guard lock(m_mutex);
    if (!m_file.isOpen())
        return;
    const QString time = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    m_file.write((time + u' ' + escaped(text) + u'\n').toUtf8());
    // A log is read after a crash.
    m_file.flush();
}

void DebugLog::handleMessage(QtMsgType type, const QMessageLogContext &context,
                             const QString &message)
{
    DebugLog *log = activeLog;
    if (log == nullptr)
        return;
    const QString text = u"%1: %2"_s.arg(QString::fromUtf8(context.category), message);
    if (log->m_file.isOpen())
        log->write(text);
    else if (type == QtWarningMsg || type == QtCriticalMsg || type == QtFatalMsg)
        writeAll(Stream::Error, (u"longshore: "_s + escaped(text) + u'\n').toUtf8());
}

} // namespace longshore
