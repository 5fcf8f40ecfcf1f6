#include "api/answers.h"

#include "api/diagnosis.h"
#include "api/rawheaders.h"
#include "api/serviceerror.h"
#include "api/showntext.h"

#include <QUrl>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestRequestId = 200;

std::optional<bool> shouldRetry(const QList<QNetworkReply::RawHeaderPair> &headers)
{
    const QByteArray text = headerValue(headers, "x-should-retry").value_or(QByteArray()).toLower();
    if (text == "true"_ba)
        return true;
    if (text == "false"_ba)
        return false;
    return {};
}

QString requestIdOf(const RawAnswer &raw)
{
    // The second is Azure's gateway's.
    for (const char *name : {"x-request-id", "apim-request-id"}) {
        if (const auto value = headerValue(raw.headers, name)) {
            return shownText(raw.secrets.masked(QString::fromLatin1(*value)), kLongestRequestId);
        }
    }
    return {};
}

QString redirectText(const RawAnswer &raw)
{
    const QUrl target =
        QUrl::fromEncoded(headerValue(raw.headers, "location").value_or(QByteArray()));
    QString where = u"to an address that it does not name"_s;
    if (!target.host().isEmpty()) {
        const QUrl shown = target.adjusted(QUrl::RemoveUserInfo | QUrl::RemovePath
                                           | QUrl::RemoveQuery | QUrl::RemoveFragment);
        where = u"to %1"_s.arg(shownText(raw.secrets.masked(shown.toDisplayString())));
    } else if (!target.isEmpty()) {
        where = u"to another path of the same host"_s;
    }
    return u"%1: the service redirects %2."_s.arg(statusText(raw.status), where);
}

/// Qt 6.4 calls a reply finished, now and then (2 of 240), whose connection closed before as many
/// bytes came as its Content-Length says.
bool isCutShort(const RawAnswer &raw)
{
    // Qt takes the compressed length away; another transport may leave it.
    if (raw.oversized || headerValue(raw.headers, "content-encoding"))
        return false;
    const auto length = headerValue(raw.headers, "content-length");
    return length && raw.body.size() < length->toLongLong();
}

void setNetworkError(ApiError &error, const RawAnswer &raw)
{
    error.kind = kindOfNetworkError(raw.networkError);
    // A good status without the whole answer is none: nothing may be concluded from it. Nor from
    // one below 0, which Qt reads where a server writes it.
    if (error.kind != ErrorKind::BadAnswer || raw.status < 0)
        error.status = 0;
    error.message = networkText(raw.networkError, raw.secrets.masked(raw.networkErrorText));
    error.advice = adviceForNetworkError(raw.networkError);
}

void setBadAnswer(ApiError &error, const QString &message)
{
    error.kind = ErrorKind::BadAnswer;
    error.message = message;
}

void setServiceError(ApiError &error, const ServiceError &said)
{
    error.kind = kindOfAnswer(error.status, said.code);
    error.code = said.code;
    error.message = said.message.isEmpty() ? statusText(error.status) : said.message;
    error.advice = adviceForAnswer(error.status, error.kind, said);
}

void setRedirect(ApiError &error, const RawAnswer &raw)
{
    error.kind = ErrorKind::Refused;
    error.message = redirectText(raw);
    error.advice = adviceForAnswer(raw.status, error.kind, {});
}

/// What is wrong with the body of a 2xx that holds no object.
QString unreadableText(const RawAnswer &raw)
{
    const QByteArray body = raw.body.trimmed();
    if (body.isEmpty())
        return u"The service's answer is empty."_s;
    if (body.startsWith('<')) {
        return u"The service answered with a web page or XML in place of JSON; the base URL may be "
               "wrong."_s;
    }
    if (isNestedDeeper(body, kMaxAnswerDepth))
        return u"The service's answer is nested too deeply."_s;
    return u"The service's answer is not a JSON object."_s;
}

void readBody(ApiAnswer &answer, const RawAnswer &raw)
{
    if (raw.oversized || raw.body.size() > kMaxAnswerBytes) {
        setBadAnswer(answer.error, u"The service's answer is larger than 1 MiB."_s);
        return;
    }
    const std::optional<QJsonObject> object = readObject(raw.body);
    if (!object) {
        setBadAnswer(answer.error, unreadableText(raw));
        return;
    }
    if (const auto said = reportedError(raw.secrets.masked(*object)))
        setServiceError(answer.error, *said);
    else
        answer.object = raw.secrets.unmistakable().masked(*object);
}

} // namespace

ApiAnswer understand(const RawAnswer &reported, const QDateTime &now)
{
    RawAnswer raw = reported;
    if (raw.networkError == QNetworkReply::NoError && isCutShort(raw))
        raw.networkError = QNetworkReply::RemoteHostClosedError;
    ApiAnswer answer;
    answer.status = raw.status;
    answer.requestId = requestIdOf(raw);
    if (const auto date = headerValue(raw.headers, "date"))
        answer.serverTime = httpDate(*date);

    ApiError &error = answer.error;
    error.status = raw.status;
    error.networkError = raw.networkError;
    const bool brokenOff = raw.networkError != QNetworkReply::NoError && !raw.oversized;
    // A redirect's head is enough. Qt reports 307 and 308 as broken off when it can't repeat a
    // body.
    if (raw.status <= 0 || (raw.status < 300 && brokenOff))
        setNetworkError(error, raw);
    else if (raw.status >= 400)
        setServiceError(error,
                        raw.oversized ? ServiceError() : readServiceError(raw.body, raw.secrets));
    else if (raw.status >= 300)
        setRedirect(error, raw);
    else if (raw.status >= 200)
        readBody(answer, raw);
    else
        setBadAnswer(error, u"%1 is no answer."_s.arg(statusText(raw.status)));

    if (!error.isError()) {
        error = {};
        return answer;
    }
    error.requestId = answer.requestId;
    error.retryDelay = retryDelay(raw.headers, now);
    error.shouldRetry = shouldRetry(raw.headers);
    return answer;
}

} // namespace longshore
