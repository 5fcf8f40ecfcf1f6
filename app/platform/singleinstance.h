#pragma once

#include "platform/handover.h"
#include "platform/peeruser.h"

#include <QLockFile>
#include <QObject>
#include <QString>

#include <chrono>
#include <memory>

class QDeadlineTimer;

namespace longshore {

class HandoverServer;

struct SingleInstanceOptions
{
    /// How long handOver() waits for the first process, and the first for a message once begun.
    std::chrono::milliseconds patience = std::chrono::seconds(10);
    /// Whether the data directory is on a file system whose locks can't be relied on. The lock of a
    /// crashed process is then only given up if that process is known to be gone.
    bool isOnNetworkFileSystem = false;
    /// Nobody else is heard, nor spoken to.
    quint32 user = ownUser();
};

/// Makes one process the only one of a data directory; those started later hand their files over
/// to it and end. Who is first is decided by a lock file in the data directory, which the system
/// releases when its holder dies; the socket is only for the message.
class SingleInstance final : public QObject
{
    Q_OBJECT

public:
    enum class Result {
        Delivered, ///< the first process has taken the message
        BecameFirst, ///< the first process ended meanwhile: this one takes its place
        NotAnswering, ///< there is a first process, but it does not answer; see problem()
        Refused, ///< beyond the limits of a message, or not understood by the first process
        Failed, ///< the data directory can't be used; see problem()
    };
    Q_ENUM(Result)

    explicit SingleInstance(const QString &dataDirectory, QObject *parent = nullptr);
    SingleInstance(const QString &dataDirectory, const SingleInstanceOptions &options,
                   QObject *parent = nullptr);
    /// Gives the place up.
    ~SingleInstance() override;

    /// Tries to be the first process of the data directory, which is created (for its owner alone)
    /// unless it is there. Does not wait. True if it is; problem() is then not empty if later ones
    /// can't reach it, which is no reason to end.
    bool takeOver();
    bool isFirst() const { return m_lock != nullptr; }
    /// From here on later processes are the first. To be called before the event loop ends, so that
    /// nothing is taken that nobody works on.
    void giveUp();

    /// Hands over to the first process, for a process that isn't. Blocks until it is taken, for no
    /// longer than the patience. After NotAnswering the message may still be taken, if the first
    /// process was only stopped.
    Result handOver(const Handover &handover);

    /// A sentence about the last call; empty if all is well.
    QString problem() const { return m_problem; }
    /// Where the first process listens; empty if nowhere.
    QString address() const { return m_address; }

Q_SIGNALS:
    /// The sender is told that all is well when every slot has returned.
    void handedOver(const longshore::Handover &handover);

private:
    enum class Delivery { Taken, Refused, NobodyThere, Silent };

    bool takeLock();
    void listen();
    QString notAnsweringText() const;
    Delivery deliver(const QByteArray &message, const QDeadlineTimer &deadline) const;

    QString m_directory; ///< as given, absolute
    SingleInstanceOptions m_options;
    std::unique_ptr<QLockFile> m_lock;
    std::unique_ptr<HandoverServer> m_server;
    QString m_address;
    QString m_problem;
    QString m_holder; ///< a phrase that tells who has the lock
    bool m_isHeldElsewhere = false;
};

} // namespace longshore
