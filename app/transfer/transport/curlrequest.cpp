#include "curlrequest.h"

#include <QUrl>

#include <algorithm>
#include <array>

namespace longshore {

namespace {

// Bytes read from the body at a time, for each part that is running. Measured with four lanes: less
// costs processor time per gigabyte, more only memory.
constexpr long plainBuffer = 256L * 1024;
// TLS counts a piece as sent when all of it is, so on a slow line a large one moves in jumps and
// hides what was acknowledged. This costs a tenth more processor time than 256 KiB.
constexpr long tlsBuffer = 32L * 1024;

bool isSafe(const QByteArray &text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// libcurl writes the length itself; the other two would change how the body is sent.
bool isOurs(const QByteArray &name)
{
    constexpr std::array ours{"content-length", "expect", "transfer-encoding"};
    return std::any_of(ours.begin(), ours.end(), [&](const char *header) {
        return name.compare(header, Qt::CaseInsensitive) == 0;
    });
}

void append(CurlList &list, const QByteArray &line)
{
    curl_slist *const longer = curl_slist_append(list.get(), line.constData());
    Q_CHECK_PTR(longer);
    std::ignore = list.release();
    list.reset(longer);
}

} // namespace

CurlList headersFor(const QNetworkRequest &request)
{
    CurlList list;
    // A name with a colon and nothing else takes away a header that libcurl would add.
    append(list, QByteArrayLiteral("Expect:"));
    append(list, QByteArrayLiteral("Transfer-Encoding:"));
    for (const QByteArray &name :
         {QByteArrayLiteral("Accept"), QByteArrayLiteral("Content-Type")}) {
        if (!request.hasRawHeader(name))
            append(list, name + ':');
    }
    const QList<QByteArray> names = request.rawHeaderList();
    for (const QByteArray &name : names) {
        const QByteArray value = request.rawHeader(name);
        if (name.isEmpty() || name.contains(':') || !isSafe(name) || !isSafe(value))
            return nullptr;
        if (!isOurs(name))
            append(list, value.trimmed().isEmpty() ? name + ';' : name + ": " + value);
    }
    return list;
}

void prepareRequest(CURL *easy, const QNetworkRequest &request, const QByteArray &certificates)
{
    const QByteArray url = request.url().toEncoded(QUrl::RemoveFragment);
    curl_easy_setopt(easy, CURLOPT_URL, url.constData());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE,
                     request.url().scheme() == QStringLiteral("https") ? tlsBuffer : plainBuffer);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
#if CURL_AT_LEAST_VERSION(7, 87, 0)
    // Otherwise ending a request that looks its host up would wait for the resolver's thread.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    // A directory beside the file would keep libcurl from sharing the parsed certificates between
    // connections, and would be trusted besides those of the request.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    if (!certificates.isEmpty()) {
        curl_blob blob{const_cast<char *>(certificates.constData()),
                       static_cast<size_t>(certificates.size()), CURL_BLOB_NOCOPY};
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
    }
}

void setCurlProxy(CURL *easy, const QNetworkProxy &proxy)
{
    const bool socks = proxy.type() == QNetworkProxy::Socks5Proxy;
    const bool http =
        proxy.type() == QNetworkProxy::HttpProxy || proxy.type() == QNetworkProxy::HttpCachingProxy;
    if (!socks && !http) {
        // An unset option would let libcurl look into the environment.
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
        return;
    }
    QUrl url;
    url.setScheme(socks ? QStringLiteral("socks5h") : QStringLiteral("http"));
    url.setHost(proxy.hostName());
    url.setPort(proxy.port());
    curl_easy_setopt(easy, CURLOPT_PROXY, url.toEncoded().constData());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    // The key for the service is none of the proxy's business.
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE});
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!proxy.user().isEmpty()) {
        curl_easy_setopt(easy, CURLOPT_PROXYAUTH, long{CURLAUTH_BASIC});
        curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy.user().toUtf8().constData());
        curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy.password().toUtf8().constData());
    }
}

} // namespace longshore
