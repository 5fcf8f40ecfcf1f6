#pragma once

#include <QNetworkAccessManager>
#include <QNetworkRequest>

#include <memory>

namespace longshore {

/// A network access manager that sends the bodies of parts fast and tells the truth about them.
///
/// A POST whose request bears PartBodyAttribute and whose body is an open random-access device is
/// driven by libcurl on the event loop of the manager's thread; everything else is Qt's. Callers
/// need to know none of this: they post, and see a QNetworkReply, a child of the manager.
///
/// What a part's reply promises:
/// - HTTP/1.1; no redirect is followed, no cookie, no Expect header; TLS is always verified, with
///   the certificates of the request's QSslConfiguration, or else the system's.
/// - The proxy is the manager's: proxy(), or proxyFactory() when one is set. DefaultProxy asks
///   QNetworkProxyFactory::proxyForQuery(), which may look at the system and block: set a proxy.
///   It is offered Basic authentication only, and a tunnel is not shown the request's headers.
/// - The body is read from where the device stands to its size(), or for as many bytes as the
///   request's Content-Length says. A read of 0 bytes means "not yet": the device is read again
///   after its readyRead(). A read of -1, a device that is too short, closed or destroyed ends the
///   request with UnknownNetworkError; the device keeps the reason.
/// - The device must live in the manager's thread and outlive the request, or else be destroyed in
///   that thread.
/// - Errors are QNetworkReply's, by the same table as Qt's for a status of 400 or more. The status,
///   the reason and the headers are set whenever they arrived, also with an error. An answer that
///   comes before the body is sent is delivered, and sending ends.
/// - An answer's body beyond largestAnswer ends the request with ProtocolFailure.
/// - A connection kept alive that breaks before any byte of an answer is replaced once, and the
///   body sent again from the start.
/// - uploadProgress() comes at most ten times a second and once more before finished(); it never
///   falls, except when the body is sent again, and there is no final (0, 0).
/// - abort() ends it at once: errorOccurred() and finished() are emitted before it returns.
///
/// A build without libcurl sends parts through Qt, with HTTP/2 and redirects off. It differs:
/// uploadProgress() counts what was put into buffers and ends with (0, 0) (QTBUG-44782); an answer
/// that comes before the body is sent may be lost; too large an answer ends as
/// OperationCanceledError; closing the device early is not noticed while it is waited for.
class PartAccessManager final : public QNetworkAccessManager
{
    Q_OBJECT

public:
    /// Set to true on a request whose body is a part's.
    static constexpr auto PartBodyAttribute =
        static_cast<QNetworkRequest::Attribute>(QNetworkRequest::User + 1);
    /// On a reply: whether its uploadProgress() counts acknowledged bytes (bool).
    static constexpr auto AcknowledgedBytesAttribute =
        static_cast<QNetworkRequest::Attribute>(QNetworkRequest::User + 2);
    /// Bytes an answer's body may have: the service's are a few hundred.
    static constexpr qint64 largestAnswer = qint64{1024} * 1024;

    explicit PartAccessManager(QObject *parent = nullptr);
    /// Requests still running end without a signal and their replies are deleted, as Qt does it.
    ~PartAccessManager() override;

    /// How many parts of one host a manager sends at once, each on a connection of its own.
    static int connectionsPerManager();

    /// Whether uploadProgress() of a part counts the bytes that the other end's kernel has
    /// acknowledged (libcurl on Linux). Otherwise it counts what was handed to the socket, which
    /// runs ahead by what the buffers hold. Behind a proxy the other end is the proxy.
    static bool reportsAcknowledgedBytes();

    /// Drops the connections that are idle now, and those in use as soon as they are idle, so that
    /// the next request opens a new one; for after a sleep or a change of network. Requests that
    /// are running go on. Qt's own connections are dropped when the last reply of Qt's has been
    /// deleted: clearConnectionCache() would leave one that is running without an end.
    void clearConnections();

    /// Requests of Qt's, which are all but parts, whose replies are still there.
    int qtRequests() const { return m_qtRequests; }

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request,
                                 QIODevice *outgoingData) override;

private:
    QNetworkReply *createQtRequest(Operation operation, const QNetworkRequest &request,
                                   QIODevice *outgoingData);
    QNetworkReply *createPartRequest(const QNetworkRequest &request, QIODevice *body);
    QNetworkProxy proxyFor(const QUrl &url) const;
    void clearWhenIdle();

    struct Curl;
    std::unique_ptr<Curl> m_curl;
    QObject m_qtReplies;
    int m_qtRequests = 0;
    bool m_clearWanted = false;
};

} // namespace longshore
