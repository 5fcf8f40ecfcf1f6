#pragma once

#include "platform/handover.h"

#include <QByteArray>
#include <QHash>
#include <QLocalServer>
#include <QObject>

#include <chrono>

class QLocalSocket;

namespace longshore {

/// What a server answers to a message, and then hangs up.
constexpr char kHandoverTaken = '+';
constexpr char kHandoverRefused = '-';

/// Takes handovers from other processes of the user. A peer that says nothing, something else, or
/// too much is dropped.
class HandoverServer final : public QObject
{
    Q_OBJECT

public:
    /// Peers of another user than `user` are not heard. A message must be complete after
    /// `patience`.
    HandoverServer(quint32 user, std::chrono::milliseconds patience, QObject *parent = nullptr);
    ~HandoverServer() override;

    /// Takes the place of what a crashed process may have left at `address`, a path (on Windows the
    /// name of a pipe). False: see problem().
    bool listen(const QString &address);
    QString problem() const { return m_server.errorString(); }

Q_SIGNALS:
    /// The other process learns that it was taken when every slot has returned.
    void received(const longshore::Handover &handover);

private:
    struct Peer
    {
        QByteArray message; ///< as far as it has come
        bool isAnswered = false;
    };

    void welcome();
    void take(QLocalSocket *socket);
    void answer(QLocalSocket *socket, const QByteArray &body);
    void drop(QLocalSocket *socket);

    QLocalServer m_server;
    QHash<QLocalSocket *, Peer> m_peers;
    quint32 m_user;
    std::chrono::milliseconds m_patience;
};

} // namespace longshore
