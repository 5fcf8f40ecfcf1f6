#pragma once

#include <QByteArray>
#include <QSslSocket>
#include <QString>
#include <QUrl>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

class QSemaphore;

/// What a RawServer presents in TLS handshakes: file names in data/transport without suffix.
struct RawTls
{
    QString certificate = QStringLiteral("server");
};

class RawServer;

/// One accepted connection, for a script that runs in a thread of its own and may block. Every
/// blocking call returns early, as if the client had left, when the server is stopped.
class RawPeer
{
public:
    RawPeer(RawServer &server, qintptr descriptor, int number);
    ~RawPeer();
    RawPeer(const RawPeer &) = delete;
    RawPeer &operator=(const RawPeer &) = delete;

    /// Counts the connections of the server from 0.
    int number() const { return m_number; }
    bool encrypt(const RawTls &tls);

    /// The request line and the headers with the empty line; nothing when the client left.
    QByteArray readHead();
    /// Exactly so many bytes, or fewer when the client left.
    QByteArray read(qint64 count);
    /// Head and body of one request, recorded with the server. False when the client left.
    bool readRequest();
    void write(const QByteArray &bytes);
    /// An answer with a Content-Length.
    void answer(const QByteArray &status, const QByteArray &body = {},
                const QByteArray &headers = {});
    /// Reads on and throws away until the client leaves.
    void drain();
    /// Until the semaphore has one to give. Reads nothing meanwhile.
    void waitFor(QSemaphore &semaphore);
    void close();
    /// Cuts the connection with a TCP reset.
    void reset();
    /// Everything that the kernel has from the client so far, with TLS's own bytes.
    qint64 arrived() const { return arrivedAt(m_socket.socketDescriptor()); }
    /// The same for another thread, while the connection is open.
    static qint64 arrivedAt(qintptr descriptor);

    bool isStopping() const;

    static qint64 contentLength(const QByteArray &head);
    QSslSocket &socket() { return m_socket; }

private:
    bool waitForMore();

    RawServer &m_server;
    QSslSocket m_socket;
    int m_number;
};

/// A server on loopback that does to each connection what a script says.
class RawServer
{
public:
    using Script = std::function<void(RawPeer &)>;
    struct Request
    {
        int connection = 0;
        QByteArray head;
        QByteArray body;
        /// The value of a header as received; empty when it is absent.
        QByteArray header(const QByteArray &name) const;
        int count(const QByteArray &name) const;
    };

    explicit RawServer(Script script);
    RawServer(const RawTls &tls, Script script);
    /// Stops, and waits for all scripts.
    ~RawServer();
    RawServer(const RawServer &) = delete;
    RawServer &operator=(const RawServer &) = delete;

    quint16 port() const { return m_port; }
    QUrl url(const QString &host = QStringLiteral("127.0.0.1")) const;
    bool isStopping() const { return m_stop; }
    int connections() const { return m_connections; }
    std::vector<Request> requests() const;
    void record(Request request);

private:
    void listen();
    void serve(qintptr descriptor, int number);

    Script m_script;
    std::unique_ptr<RawTls> m_tls;
    std::atomic_bool m_stop = false;
    std::atomic_int m_connections = 0;
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    std::vector<Request> m_requests;
    std::vector<std::thread> m_peers;
    std::thread m_listener;
};
