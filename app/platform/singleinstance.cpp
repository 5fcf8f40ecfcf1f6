#include "platform/singleinstance.h"

#include "platform/handoverserver.h"
#include "platform/instancefiles.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QSysInfo>
#include <QThread>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Between two tries to reach a first process that has the lock but doesn't listen yet, or ends.
constexpr std::chrono::milliseconds kPause = 20ms;

/// QLockFile's error for a lock that somebody else has.
bool isHeld(const QLockFile &lock)
{
    return lock.error() == QLockFile::LockFailedError;
}

/// Who has the lock, as part of a sentence; empty if the file doesn't tell.
QString holderOf(const QLockFile &lock)
{
    qint64 process = 0;
    QString host;
    QString program;
    if (!lock.getLockInfo(&process, &host, &program) || process == 0)
        return {};
    return host == QSysInfo::machineHostName()
        ? SingleInstance::tr("process %1").arg(process)
        : SingleInstance::tr("process %1 on %2").arg(QString::number(process), host);
}

int milliseconds(const QDeadlineTimer &deadline)
{
    return static_cast<int>(deadline.remainingTime());
}

} // namespace

SingleInstance::SingleInstance(const QString &dataDirectory, QObject *parent)
    : SingleInstance(dataDirectory, SingleInstanceOptions(), parent)
{
}

SingleInstance::SingleInstance(const QString &dataDirectory, const SingleInstanceOptions &options,
                               QObject *parent)
    : QObject(parent)
    , m_directory(QFileInfo(dataDirectory).absoluteFilePath())
    , m_options(options)
{
}

SingleInstance::~SingleInstance()
{
    giveUp();
}

bool SingleInstance::takeOver()
{
    if (m_lock)
        return true;
    m_problem.clear();
    if (!takeLock())
        return false;
    listen();
    return true;
}

void SingleInstance::giveUp()
{
    if (!m_lock)
        return;
    m_server.reset();
    m_address.clear();
    removeRecordedAddress(m_directory);
    // Last: whoever has the lock may take the socket's place.
    m_lock.reset();
}

bool SingleInstance::takeLock()
{
    m_isHeldElsewhere = false;
    if (!makeDataDirectory(m_directory)) {
        m_problem = tr("The folder %1 can't be created.").arg(m_directory);
        return false;
    }
    auto lock = std::make_unique<QLockFile>(QDir(m_directory).filePath(u"instance.lock"_s));
    // A window may be open for days: no lock is too old.
    lock->setStaleLockTime(0);
    if (!lock->tryLock(0)) {
        const bool isGone =
            isHeld(*lock) && !m_options.isOnNetworkFileSystem && removeAbandonedLock(*lock);
        if (!isGone || !lock->tryLock(0)) {
            m_isHeldElsewhere = isHeld(*lock);
            m_holder = holderOf(*lock);
            m_problem = m_isHeldElsewhere
                ? tr("Longshore is already running.")
                : tr("The lock file %1 can't be written.").arg(lock->fileName());
            return false;
        }
    }
    m_lock = std::move(lock);
    return true;
}

void SingleInstance::listen()
{
    auto server = std::make_unique<HandoverServer>(m_options.user, m_options.patience);
    connect(server.get(), &HandoverServer::received, this, &SingleInstance::handedOver);
    const QStringList addresses = instanceAddresses(QDir(m_directory).canonicalPath());
    const auto used =
        std::find_if(addresses.begin(), addresses.end(),
                     [&server](const QString &address) { return server->listen(address); });
    if (used == addresses.end()) {
        m_problem = tr("Later starts of Longshore can't hand their files to this one: %1")
                        .arg(server->problem());
        return;
    }
    if (!recordAddress(m_directory, *used)) {
        m_problem = tr("Later starts of Longshore can't hand their files to this one: %1 can't be "
                       "written to.")
                        .arg(m_directory);
        return;
    }
    m_server = std::move(server);
    m_address = *used;
}

SingleInstance::Result SingleInstance::handOver(const Handover &handover)
{
    const auto message = encodedHandover(handover);
    if (!message) {
        m_problem = tr("These are too many files to hand to the running Longshore at once.");
        return Result::Refused;
    }
    const QDeadlineTimer deadline(m_options.patience);
    while (true) {
        if (takeOver())
            return Result::BecameFirst;
        if (!m_isHeldElsewhere)
            return Result::Failed;
        switch (deliver(*message, deadline)) {
        case Delivery::Taken:
            m_problem.clear();
            return Result::Delivered;
        case Delivery::Refused:
            m_problem = tr("The running Longshore did not understand what to upload.");
            return Result::Refused;
        case Delivery::Silent:
            break;
        case Delivery::NobodyThere:
            QThread::msleep(static_cast<unsigned long>(kPause.count()));
            break;
        }
        if (deadline.hasExpired()) {
            m_problem = notAnsweringText();
            return Result::NotAnswering;
        }
    }
}

QString SingleInstance::notAnsweringText() const
{
    return m_holder.isEmpty()
        ? tr("Longshore is already running, but does not answer.")
        : tr("Longshore is already running (%1), but does not answer.").arg(m_holder);
}

SingleInstance::Delivery SingleInstance::deliver(const QByteArray &message,
                                                 const QDeadlineTimer &deadline) const
{
    const QString address = recordedAddress(m_directory);
    if (address.isEmpty())
        return Delivery::NobodyThere;
    QLocalSocket socket;
    socket.connectToServer(address);
    if (!socket.waitForConnected(milliseconds(deadline)) || userOfPeer(socket) != m_options.user)
        return Delivery::NobodyThere;
    socket.write(message);
    while (socket.bytesAvailable() == 0) {
        if (deadline.hasExpired())
            return Delivery::Silent;
        // Reading goes on with the writing.
        if (!socket.waitForReadyRead(milliseconds(deadline)) && socket.bytesAvailable() == 0
            && socket.state() == QLocalSocket::UnconnectedState)
            return Delivery::NobodyThere;
    }
    char answer = 0;
    socket.getChar(&answer);
    return answer == kHandoverTaken ? Delivery::Taken : Delivery::Refused;
}

} // namespace longshore
