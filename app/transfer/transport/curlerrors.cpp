#include "curlerrors.h"

#include <cerrno>

namespace longshore {

namespace {

constexpr int proxyAuthenticationRequired = 407;

bool isTimeout(int systemError)
{
    return systemError == ETIMEDOUT;
}

bool isClosed(int systemError)
{
    return systemError == ECONNRESET || systemError == ECONNABORTED || systemError == EPIPE;
}

// A connection that breaks during the handshake says nothing about trust and may be tried again;
// libcurl reports it with the same code as a refusal. The words are OpenSSL's and libcurl's.
bool brokeDuringHandshake(const CurlFailure &failure)
{
    return isClosed(failure.systemError) || failure.detail.contains("unexpected eof")
        || failure.detail.contains("SSL_ERROR_SYSCALL")
        || failure.detail.contains("Connection reset") || failure.detail.contains("Broken pipe");
}

QNetworkReply::NetworkError errorForConnect(const CurlFailure &failure)
{
    if (isTimeout(failure.systemError))
        return failure.throughProxy ? QNetworkReply::ProxyTimeoutError
                                    : QNetworkReply::TimeoutError;
    if (isClosed(failure.systemError))
        return failure.throughProxy ? QNetworkReply::ProxyConnectionClosedError
                                    : QNetworkReply::RemoteHostClosedError;
    if (failure.throughProxy)
        return QNetworkReply::ProxyConnectionRefusedError;
    if (failure.systemError == ECONNREFUSED || failure.systemError == 0)
        return QNetworkReply::ConnectionRefusedError;
    return QNetworkReply::UnknownNetworkError;
}

QNetworkReply::NetworkError errorForSocks(CURLproxycode code)
{
    switch (code) {
    case CURLPX_USER_REJECTED:
    case CURLPX_NO_AUTH:
    case CURLPX_GSSAPI:
    case CURLPX_GSSAPI_PERMSG:
    case CURLPX_REQUEST_FAILED:
        return QNetworkReply::ProxyAuthenticationRequiredError;
    case CURLPX_REPLY_CONNECTION_REFUSED:
        return QNetworkReply::ConnectionRefusedError;
    case CURLPX_REPLY_HOST_UNREACHABLE:
    case CURLPX_RESOLVE_HOST:
        return QNetworkReply::HostNotFoundError;
    case CURLPX_REPLY_TTL_EXPIRED:
        return QNetworkReply::TimeoutError;
    case CURLPX_CLOSED:
    case CURLPX_RECV_CONNECT:
    case CURLPX_RECV_AUTH:
    case CURLPX_RECV_ADDRESS:
    case CURLPX_RECV_REQACK:
    case CURLPX_SEND_CONNECT:
    case CURLPX_SEND_AUTH:
    case CURLPX_SEND_REQUEST:
        return QNetworkReply::ProxyConnectionClosedError;
    default:
        return QNetworkReply::UnknownProxyError;
    }
}

} // namespace

QNetworkReply::NetworkError errorForCurl(const CurlFailure &failure)
{
    if (failure.code != CURLE_OK && failure.connectStatus >= 300) {
        return failure.connectStatus == proxyAuthenticationRequired
            ? QNetworkReply::ProxyAuthenticationRequiredError
            : QNetworkReply::UnknownProxyError;
    }
    switch (failure.code) {
    case CURLE_OK:
        return QNetworkReply::NoError;
    case CURLE_COULDNT_RESOLVE_HOST:
        return QNetworkReply::HostNotFoundError;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return QNetworkReply::ProxyNotFoundError;
    case CURLE_COULDNT_CONNECT:
        return errorForConnect(failure);
    case CURLE_PROXY:
        return errorForSocks(failure.proxyCode);
    case CURLE_OPERATION_TIMEDOUT:
        return QNetworkReply::TimeoutError;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        return isTimeout(failure.systemError) ? QNetworkReply::TimeoutError
                                              : QNetworkReply::RemoteHostClosedError;
    case CURLE_SSL_CONNECT_ERROR:
        return brokeDuringHandshake(failure) ? QNetworkReply::RemoteHostClosedError
                                             : QNetworkReply::SslHandshakeFailedError;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
        return QNetworkReply::SslHandshakeFailedError;
    case CURLE_URL_MALFORMAT:
        return QNetworkReply::ProtocolUnknownError;
    // The scheme was looked at before, so this is an answer in no known version of HTTP.
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
    // What libcurl up to 8.5 calls a header line beyond its limit of 100 KiB.
    case CURLE_OUT_OF_MEMORY:
#if CURL_AT_LEAST_VERSION(8, 6, 0)
    case CURLE_TOO_LARGE:
#endif
        return QNetworkReply::ProtocolFailure;
    default:
        return QNetworkReply::UnknownNetworkError;
    }
}

QNetworkReply::NetworkError errorForStatus(int status)
{
    if (status < 400)
        return QNetworkReply::NoError;
    switch (status) {
    case 400:
    case 418:
        return QNetworkReply::ProtocolInvalidOperationError;
    case 401:
        return QNetworkReply::AuthenticationRequiredError;
    case 403:
        return QNetworkReply::ContentAccessDenied;
    case 404:
        return QNetworkReply::ContentNotFoundError;
    case 405:
        return QNetworkReply::ContentOperationNotPermittedError;
    case proxyAuthenticationRequired:
        return QNetworkReply::ProxyAuthenticationRequiredError;
    case 409:
        return QNetworkReply::ContentConflictError;
    case 410:
        return QNetworkReply::ContentGoneError;
    case 500:
        return QNetworkReply::InternalServerError;
    case 501:
        return QNetworkReply::OperationNotImplementedError;
    case 503:
        return QNetworkReply::ServiceUnavailableError;
    default:
        return status > 500 ? QNetworkReply::UnknownServerError
                            : QNetworkReply::UnknownContentError;
    }
}

} // namespace longshore
