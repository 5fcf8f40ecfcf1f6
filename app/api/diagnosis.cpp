#include "api/diagnosis.h"

#include "api/showntext.h"

#include <algorithm>
#include <array>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

struct StatusPhrase
{
    int status;
    QLatin1StringView phrase;
};

constexpr std::array kPhrases{
    StatusPhrase{300, "Multiple Choices"_L1},
    StatusPhrase{301, "Moved Permanently"_L1},
    StatusPhrase{302, "Found"_L1},
    StatusPhrase{303, "See Other"_L1},
    StatusPhrase{304, "Not Modified"_L1},
    StatusPhrase{307, "Temporary Redirect"_L1},
    StatusPhrase{308, "Permanent Redirect"_L1},
    StatusPhrase{400, "Bad Request"_L1},
    StatusPhrase{401, "Unauthorized"_L1},
    StatusPhrase{402, "Payment Required"_L1},
    StatusPhrase{403, "Forbidden"_L1},
    StatusPhrase{404, "Not Found"_L1},
    StatusPhrase{405, "Method Not Allowed"_L1},
    StatusPhrase{406, "Not Acceptable"_L1},
    StatusPhrase{407, "Proxy Authentication Required"_L1},
    StatusPhrase{408, "Request Timeout"_L1},
    StatusPhrase{409, "Conflict"_L1},
    StatusPhrase{410, "Gone"_L1},
    StatusPhrase{411, "Length Required"_L1},
    StatusPhrase{413, "Content Too Large"_L1},
    StatusPhrase{415, "Unsupported Media Type"_L1},
    StatusPhrase{422, "Unprocessable Content"_L1},
    StatusPhrase{423, "Locked"_L1},
    StatusPhrase{429, "Too Many Requests"_L1},
    StatusPhrase{431, "Request Header Fields Too Large"_L1},
    StatusPhrase{500, "Internal Server Error"_L1},
    StatusPhrase{501, "Not Implemented"_L1},
    StatusPhrase{502, "Bad Gateway"_L1},
    StatusPhrase{503, "Service Unavailable"_L1},
    StatusPhrase{504, "Gateway Timeout"_L1},
    StatusPhrase{507, "Insufficient Storage"_L1},
};

/// Codes by which the service says that paying, not waiting, helps.
constexpr std::array kQuotaCodes{"insufficient_quota"_L1, "billing_hard_limit_reached"_L1,
                                 "billing_not_active"_L1};
/// Codes about the key; they count where the status says nothing.
constexpr std::array kAuthCodes{"invalid_api_key"_L1, "authentication_error"_L1,
                                "permission_error"_L1};

template <std::size_t Size>
bool holds(const std::array<QLatin1StringView, Size> &codes, const QString &code)
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

QString plainWords(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return u"The connection was refused"_s;
    case QNetworkReply::RemoteHostClosedError:
        return u"The service closed the connection"_s;
    case QNetworkReply::ContentReSendError:
        return u"The connection ended before there was an answer"_s;
    case QNetworkReply::HostNotFoundError:
        return u"The service's host was not found"_s;
    case QNetworkReply::TimeoutError:
        return u"The connection timed out"_s;
    case QNetworkReply::OperationCanceledError:
        return u"The request was stopped"_s;
    case QNetworkReply::SslHandshakeFailedError:
        return u"No secure connection could be made"_s;
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
        return u"The network is down"_s;
    case QNetworkReply::ProxyConnectionRefusedError:
        return u"The proxy refused the connection"_s;
    case QNetworkReply::ProxyConnectionClosedError:
        return u"The proxy closed the connection"_s;
    case QNetworkReply::ProxyNotFoundError:
        return u"The proxy's host was not found"_s;
    case QNetworkReply::ProxyTimeoutError:
        return u"The proxy did not answer in time"_s;
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return u"The proxy wants a user name and password"_s;
    case QNetworkReply::UnknownProxyError:
        return u"The proxy made no connection"_s;
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return u"What came back is not an HTTP answer that can be read"_s;
    default:
        return u"The connection failed"_s;
    }
}

} // namespace

ErrorKind kindOfAnswer(int status, const QString &code)
{
    if (status == 401 || status == 403)
        return ErrorKind::Auth;
    if (status == 407)
        return ErrorKind::Network; // the proxy's, not the service's
    if (status == 402 || holds(kQuotaCodes, code))
        return ErrorKind::Quota;
    if (status / 100 == 2 && holds(kAuthCodes, code))
        return ErrorKind::Auth;
    return ErrorKind::Refused;
}

ErrorKind kindOfNetworkError(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return ErrorKind::Tls;
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::UnknownContentError: // a compressed answer that can't be unpacked
        return ErrorKind::BadAnswer;
    default:
        return ErrorKind::Network;
    }
}

QString statusText(int status)
{
    const auto *found = std::find_if(kPhrases.begin(), kPhrases.end(), [status](const auto &known) {
        return known.status == status;
    });
    if (found == kPhrases.end())
        return u"HTTP %1"_s.arg(status);
    return u"HTTP %1 %2"_s.arg(status).arg(found->phrase);
}

QString networkText(QNetworkReply::NetworkError error, const QString &transportText)
{
    const QString words = plainWords(error);
    const QString behind = shownText(transportText, 300);
    if (behind.isEmpty() || behind.compare("Unknown error"_L1, Qt::CaseInsensitive) == 0)
        return words + u'.';
    return u"%1 (%2)."_s.arg(words, behind);
}

QString adviceForAnswer(int status, ErrorKind kind, const ServiceError &error)
{
    if (kind == ErrorKind::Quota)
        return u"Check the plan and the billing of the account; trying again does not help."_s;
    if (kind == ErrorKind::Auth) {
        return status == 403 ? u"Check that the key may write files, and that organization and "
                               "project are right."_s
                             : u"Check the API key, and that it is meant for this base URL."_s;
    }
    if (status == 407)
        return u"Put the user name and password into the address of the proxy."_s;
    if (status == 413) {
        return u"Choose a smaller part size: the service, or a gateway on the way, takes no "
               u"request "
               "as large as this."_s;
    }
    if (status / 100 == 3) {
        return u"Set the base URL to the address that answers itself; the key is never sent after "
               u"a "
               "redirect."_s;
    }
    if (error.param == "purpose"_L1)
        return u"Choose another purpose, one that this service knows."_s;
    return {};
}

QString adviceForNetworkError(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return u"Check the clock of this computer. Where a certificate of the organization's own "
               u"is "
               "in use, name its file."_s;
    case QNetworkReply::HostNotFoundError:
        return u"Check the base URL and the connection to the network."_s;
    case QNetworkReply::ConnectionRefusedError:
        return u"Check the base URL, and that the service is running."_s;
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return u"Put the user name and password into the address of the proxy."_s;
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::UnknownProxyError:
        return u"Check the address of the proxy, and whether the service needs one."_s;
    default:
        return {};
    }
}

} // namespace longshore
