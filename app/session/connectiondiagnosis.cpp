#include "session/connectiondiagnosis.h"

#include "api/answers.h"
#include "api/showntext.h"
#include "session/addressproposal.h"
#include "session/tlsdiagnosis.h"

#include <QCoreApplication>
#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr int kNetworkLoginStatus = 511; // RFC 6585

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

QString hostOf(const ConnectionEvidence &evidence)
{
    return shownText(evidence.requestUrl.host());
}

/// Without user and password.
QString proxyName(const QNetworkProxy &proxy)
{
    return shownText(u"%1:%2"_s.arg(proxy.hostName()).arg(proxy.port()));
}

bool usesProxy(const ConnectionEvidence &evidence)
{
    return evidence.proxy.type() != QNetworkProxy::NoProxy;
}

/// What the service said, with what its support asks for.
QString detailsOf(const ConnectionEvidence &evidence)
{
    const ApiError &error = evidence.answer.error;
    QStringList details;
    if (!evidence.webPage && !error.message.isEmpty())
        details.append(error.message);
    if (!evidence.webPage && !error.message.startsWith("HTTP "_L1))
        details.append(tr("HTTP %1").arg(error.status));
    if (!error.code.isEmpty())
        details.append(error.code);
    if (!error.requestId.isEmpty())
        details.append(tr("request %1").arg(error.requestId));
    return details.join(u" · "_s);
}

QString loginPageAdvice()
{
    return tr("This network may want a login first: open any page in a browser, then test again.");
}

/// Plain http goes to the proxy itself, and Qt names its troubles as if they were the service's.
QNetworkReply::NetworkError proxyError(const ConnectionEvidence &evidence)
{
    const QNetworkReply::NetworkError error = evidence.answer.error.networkError;
    if (!usesProxy(evidence) || evidence.requestUrl.scheme() != "http"_L1)
        return error;
    if (error == QNetworkReply::ConnectionRefusedError)
        return QNetworkReply::ProxyConnectionRefusedError;
    return error == QNetworkReply::HostNotFoundError ? QNetworkReply::ProxyNotFoundError : error;
}

ConnectionResult proxyTrouble(const ConnectionEvidence &evidence)
{
    const QString name = proxyName(evidence.proxy);
    const QNetworkReply::NetworkError error = proxyError(evidence);
    if (evidence.answer.error.status == 407
        || error == QNetworkReply::ProxyAuthenticationRequiredError) {
        return failedConnection(
            tr("The proxy %1 wants a user name and a password, or does not accept those that it "
               "got.")
                .arg(name),
            tr("Put them into the proxy's address where it is set, as in "
               "https_proxy=http://USER:PASSWORD@HOST:PORT, and start the program again."));
    }
    const QString advice = tr("Check the address of the proxy in the system's settings or in the "
                              "variable https_proxy.");
    switch (error) {
    case QNetworkReply::ProxyNotFoundError:
        return failedConnection(tr("The proxy %1 was not found.").arg(name), advice);
    case QNetworkReply::ProxyConnectionRefusedError:
        return failedConnection(tr("The proxy %1 refuses connections.").arg(name), advice);
    case QNetworkReply::ProxyTimeoutError:
        return failedConnection(tr("The proxy %1 does not answer.").arg(name), advice);
    default: {
        ConnectionResult result = failedConnection(
            tr("The proxy %1 made no connection to %2.").arg(name, hostOf(evidence)),
            tr("Check its address, that it lets connections to this service through, and that "
               "the user name and password in its address are right."));
        result.details = evidence.answer.error.message;
        return result;
    }
    }
}

bool isProxyTrouble(const ConnectionEvidence &evidence)
{
    const ApiError &error = evidence.answer.error;
    if (error.status == 407)
        return true;
    if (error.status != 0)
        return false;
    switch (proxyError(evidence)) {
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownProxyError:
        return true;
    case QNetworkReply::UnknownNetworkError: // of a tunnel that was not opened
        return usesProxy(evidence);
    default:
        return false;
    }
}

ConnectionResult networkTrouble(const ConnectionEvidence &evidence)
{
    const ApiError &error = evidence.answer.error;
    const QString host = hostOf(evidence);
    switch (error.networkError) {
    case QNetworkReply::HostNotFoundError:
        return failedConnection(
            tr("The host %1 was not found.").arg(host),
            tr("Check how the address is spelled, and that this computer is online."));
    case QNetworkReply::ConnectionRefusedError:
        return failedConnection(tr("%1 refuses connections on port %2.")
                                    .arg(host)
                                    .arg(evidence.requestUrl.port(
                                        evidence.requestUrl.scheme() == "https"_L1 ? 443 : 80)),
                                tr("Check address and port, and that the service is running."));
    case QNetworkReply::RemoteHostClosedError:
        return failedConnection(
            tr("%1 closed the connection without an answer.").arg(host),
            tr("Check the address, whether it begins with http:// or https://, and its port."));
    case QNetworkReply::SslHandshakeFailedError:
        return diagnoseTls(host, evidence.tlsErrors, error.message);
    default: {
        ConnectionResult result =
            failedConnection(tr("%1 could not be reached.").arg(host),
                             tr("Check the address, and that this computer is online."));
        result.details = error.message;
        return result;
    }
    }
}

ConnectionResult redirected(const ConnectionEvidence &evidence)
{
    const QString host = hostOf(evidence);
    if (evidence.redirectTarget.isEmpty())
        return failedConnection(tr("%1 redirects, but does not say where to.").arg(host),
                                tr("Check the base URL."));
    const QUrl shown = evidence.redirectTarget.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery
                                                        | QUrl::RemoveFragment);
    ConnectionResult result =
        failedConnection(tr("%1 redirects to %2. A key is never sent after a redirect.")
                             .arg(host, shownText(shown.toString())));
    result.proposedUrl = addressAfterRedirect(evidence.profile, evidence.redirectTarget);
    if (!result.proposedUrl.isEmpty()) {
        result.advice = tr("If you trust that address, use %1 in place of the one entered.")
                            .arg(shownText(result.proposedUrl.toString()));
    } else {
        result.advice = loginPageAdvice();
    }
    return result;
}

ConnectionResult webPage(const ConnectionEvidence &evidence)
{
    const int status = evidence.answer.error.status;
    const QString sentence =
        tr("A web page came back in place of the service's answer (HTTP %1).").arg(status);
    if (status == 401 || status == 403) {
        return failedConnection(
            sentence,
            tr("Something in front of the service, such as a gateway, keeps you out. Check the "
               "address, and whether a VPN is needed or in the way."));
    }
    if (status / 100 == 5 && status != kNetworkLoginStatus) {
        return failedConnection(sentence,
                                tr("A gateway in front of the service reports trouble; try again "
                                   "later."));
    }
    if (evidence.profile.kind == ServiceKind::OpenAi || status == kNetworkLoginStatus)
        return failedConnection(sentence, loginPageAdvice());
    ConnectionResult result = failedConnection(
        sentence,
        tr("Check the address: it may be that of a web site. Or this network wants a login first: "
           "open any page in a browser, then test again."));
    result.proposedUrl = addressAfterNotFound(evidence.profile);
    return result;
}

ConnectionResult keyRefused(const ConnectionEvidence &evidence)
{
    const Profile &profile = evidence.profile;
    if (evidence.answer.error.status == 403) {
        return failedConnection(
            tr("The service knows the key, but does not let it list files."),
            profile.kind == ServiceKind::Azure
                ? tr("Check the rights of the key and the network rules of the resource.")
                : tr("Check organisation and project, the key's permissions (it must be allowed "
                     "to read and write files), and whether the service is offered in your "
                     "region."));
    }
    if (profile.kind == ServiceKind::Compatible) {
        return failedConnection(
            tr("The service did not accept the key."),
            tr("Check that the whole key was copied, that it belongs to this service, and that "
               "the service wants it in the header chosen here."));
    }
    if (profile.kind == ServiceKind::Azure) {
        return failedConnection(tr("The service did not accept the key."),
                                tr("Check that the whole key was copied and that it is one of "
                                   "this resource's."));
    }
    return failedConnection(
        tr("The service did not accept the key."),
        tr("Check that the whole key was copied, that it was not revoked, that it is allowed to "
           "read and write files, and that organisation and project are its own."));
}

ConnectionResult notFound(const ConnectionEvidence &evidence)
{
    const QUrl shown = evidence.requestUrl.adjusted(QUrl::RemoveQuery);
    ConnectionResult result =
        failedConnection(tr("There is no list of files at %1.").arg(shownText(shown.toString())));
    result.proposedUrl = addressAfterNotFound(evidence.profile);
    if (!result.proposedUrl.isEmpty()) {
        result.advice =
            tr("The base URL may have to be %1.").arg(shownText(result.proposedUrl.toString()));
    } else if (evidence.profile.kind == ServiceKind::Azure) {
        result.advice = tr("Check the resource's endpoint and the API version.");
    } else {
        result.advice = tr("Check the base URL: it usually ends in /v1. Or this server has no "
                           "Files and Uploads API.");
    }
    return result;
}

/// An answer of the service, or of what stands in front of it, that is an error.
ConnectionResult refused(const ConnectionEvidence &evidence)
{
    const ApiError &error = evidence.answer.error;
    if (error.kind == ErrorKind::Quota) {
        return failedConnection(tr("The key is right, but the account's quota is used up."),
                                tr("Look at the account's limits and billing."));
    }
    if (error.kind == ErrorKind::Auth)
        return keyRefused(evidence);
    if (error.status == 404 || error.status == 405 || error.status == 410)
        return notFound(evidence);
    if (error.status == 429) {
        return failedConnection(tr("The service takes no more requests for the moment."),
                                tr("Wait a minute, then test again."));
    }
    if (error.status >= 500 || error.status == 408) {
        return failedConnection(tr("The service has trouble of its own."),
                                tr("Try again later; address and key may well be right."));
    }
    if (error.kind == ErrorKind::BadAnswer) {
        return failedConnection(
            tr("%1 answered, but not as a service for uploads does.").arg(hostOf(evidence)),
            tr("Check the address: it may belong to another kind of service."));
    }
    return failedConnection(tr("The service refused the request."),
                            evidence.profile.kind == ServiceKind::Azure
                                ? tr("Check the API version.")
                                : tr("Check the base URL, organisation and project."));
}

} // namespace

ConnectionResult failedConnection(const QString &sentence, const QString &advice)
{
    ConnectionResult result;
    result.sentence = sentence;
    result.advice = advice;
    return result;
}

ConnectionResult diagnose(const ConnectionEvidence &given)
{
    ConnectionEvidence evidence = given;
    evidence.answer.error = parseFilePage(given.answer).error;
    const ApiError &error = evidence.answer.error;
    if (!error.isError()) {
        ConnectionResult result;
        result.ok = true;
        result.sentence = usesProxy(evidence)
            ? tr("%1 answered through the proxy %2 and accepted the key.")
                  .arg(hostOf(evidence), proxyName(evidence.proxy))
            : tr("%1 answered and accepted the key.").arg(hostOf(evidence));
        return result;
    }
    if (isProxyTrouble(evidence))
        return proxyTrouble(evidence);
    if (error.status == 0)
        return networkTrouble(evidence);
    ConnectionResult result;
    if (error.status / 100 == 3)
        return redirected(evidence);
    if (evidence.webPage)
        result = error.status == 404 ? notFound(evidence) : webPage(evidence);
    else
        result = refused(evidence);
    result.details = detailsOf(evidence);
    return result;
}

ConnectionResult diagnoseSilence(const ConnectionEvidence &evidence, std::chrono::seconds waited)
{
    const QString host = hostOf(evidence);
    if (usesProxy(evidence)) {
        return failedConnection(
            tr("No answer came through the proxy %1 within %2 s.")
                .arg(proxyName(evidence.proxy))
                .arg(waited.count()),
            tr("Check the address of the proxy, and that it lets connections to %1 through.")
                .arg(host));
    }
    return failedConnection(
        tr("%1 did not answer within %2 s.").arg(host).arg(waited.count()),
        tr("Check the address and that this computer is online. A firewall may be in the way, or "
           "the service may be reached through a proxy only."));
}

} // namespace longshore
