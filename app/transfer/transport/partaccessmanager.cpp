#include "partaccessmanager.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QUrl>

#ifdef LONGSHORE_CURL
#include "curlmulti.h"
#include "curlpartreply.h"
#include "curltransfer.h"
#include "curltrust.h"
#include "socketprogress.h"

#include <QSslConfiguration>
#endif

#include <utility>

namespace longshore {

namespace {

bool isPart(QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
            const QIODevice *body)
{
    const QString scheme = request.url().scheme();
    return operation == QNetworkAccessManager::PostOperation
        && request.attribute(PartAccessManager::PartBodyAttribute).toBool() && body
        && !body->isSequential()
        && (scheme == QStringLiteral("http") || scheme == QStringLiteral("https"));
}

} // namespace

#ifdef LONGSHORE_CURL

struct PartAccessManager::Curl
{
    struct Retirement
    {
        void operator()(CurlMulti *multi) const { multi->retire(); }
    };
    std::unique_ptr<CurlMulti, Retirement> multi{new CurlMulti};
    CurlTrust trust;
};

PartAccessManager::PartAccessManager(QObject *parent)
    : QNetworkAccessManager(parent)
    , m_curl(std::make_unique<Curl>())
{
}

int PartAccessManager::connectionsPerManager()
{
    // One for each lane there can be.
    return 16;
}

bool PartAccessManager::reportsAcknowledgedBytes()
{
    return systemCountsUnacknowledgedBytes();
}

QNetworkReply *PartAccessManager::createPartRequest(const QNetworkRequest &request, QIODevice *body)
{
    auto transfer =
        std::make_unique<CurlTransfer>(request, body, proxyFor(request.url()),
                                       m_curl->trust.certificates(request.sslConfiguration()));
    CurlTransfer *const started = transfer.get();
    auto *const reply = new CurlPartReply(this, request, std::move(transfer));
    started->start(*m_curl->multi);
    return reply;
}

#else

struct PartAccessManager::Curl
{
};

PartAccessManager::PartAccessManager(QObject *parent)
    : QNetworkAccessManager(parent)
{
}

int PartAccessManager::connectionsPerManager()
{
    // Qt opens no more to one host and has no setting for it before 6.5.
    return 6;
}

bool PartAccessManager::reportsAcknowledgedBytes()
{
    return false;
}

QNetworkReply *PartAccessManager::createPartRequest(const QNetworkRequest &request, QIODevice *body)
{
    QNetworkRequest part(request);
    // Over HTTP/2 all parts would share one connection, and the server's window its speed.
    part.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    part.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                      QNetworkRequest::ManualRedirectPolicy);
    part.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    part.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    // Qt waits to be asked for a password, and a proxy that asks while the body is going out may
    // reset the connection before its answer is read.
    if (const QNetworkProxy via = proxyFor(part.url()); via.type() == QNetworkProxy::HttpProxy
        && !via.user().isEmpty() && part.url().scheme() == QStringLiteral("http")) {
        const QByteArray credentials = (via.user() + u':' + via.password()).toUtf8();
        part.setRawHeader("Proxy-Authorization", "Basic " + credentials.toBase64());
    }
    QNetworkReply *const reply = createQtRequest(PostOperation, part, body);
    connect(reply, &QIODevice::readyRead, reply, [reply] {
        if (reply->bytesAvailable() > largestAnswer)
            reply->abort();
    });
    return reply;
}

#endif

PartAccessManager::~PartAccessManager() = default;

QNetworkProxy PartAccessManager::proxyFor(const QUrl &url) const
{
    QNetworkProxy found = proxy();
    if (QNetworkProxyFactory *const factory = proxyFactory())
        found = factory->queryProxy(QNetworkProxyQuery(url)).value(0);
    // As Qt does it: the application's proxy, or its factory, or the system's.
    if (found.type() == QNetworkProxy::DefaultProxy)
        found = QNetworkProxyFactory::proxyForQuery(QNetworkProxyQuery(url)).value(0);
    return found;
}

QNetworkReply *PartAccessManager::createRequest(Operation operation, const QNetworkRequest &request,
                                                QIODevice *outgoingData)
{
    if (isPart(operation, request, outgoingData))
        return createPartRequest(request, outgoingData);
    return createQtRequest(operation, request, outgoingData);
}

QNetworkReply *PartAccessManager::createQtRequest(Operation operation,
                                                  const QNetworkRequest &request,
                                                  QIODevice *outgoingData)
{
    QNetworkReply *const reply =
        QNetworkAccessManager::createRequest(operation, request, outgoingData);
    ++m_qtRequests;
    // Destroyed comes always, finished not. Not to this itself: replies that are still there are
    // destroyed with the base class.
    connect(reply, &QObject::destroyed, &m_qtReplies, [this] {
        --m_qtRequests;
        clearWhenIdle();
    });
    return reply;
}

void PartAccessManager::clearConnections()
{
#ifdef LONGSHORE_CURL
    m_curl->multi.reset(new CurlMulti);
#endif
    m_clearWanted = true;
    clearWhenIdle();
}

void PartAccessManager::clearWhenIdle()
{
    if (m_qtRequests > 0 || !std::exchange(m_clearWanted, false))
        return;
    clearConnectionCache();
}

} // namespace longshore
