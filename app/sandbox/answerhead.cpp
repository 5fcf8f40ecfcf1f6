#include "answerhead.h"

#include "identifiers.h"

#include <boost/beast/http/status.hpp>

#include <QDateTime>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

bool isHeader(const QByteArray &name, const char *other)
{
    return name.compare(other, Qt::CaseInsensitive) == 0;
}

QByteArray httpDate(std::chrono::milliseconds time)
{
    const QDateTime date = QDateTime::fromMSecsSinceEpoch(time.count(), Qt::UTC);
    return QLocale::c().toString(date, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1();
}

} // namespace

QByteArray answerHead(const Answer &answer, const AnswerFrame &frame)
{
    const boost::beast::string_view reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(answer.status)));
    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + ' '
        + QByteArray(reason.data(), static_cast<qsizetype>(reason.size())) + "\r\n";

    for (const auto &[name, value] : answer.headers)
        head += name + ": " + value + "\r\n";
    const auto add = [&](const char *name, const QByteArray &value) {
        const bool isGiven =
            std::any_of(answer.headers.begin(), answer.headers.end(),
                        [&](const auto &header) { return isHeader(header.first, name); });
        if (!isGiven)
            head += QByteArray(name) + ": " + value + "\r\n";
    };
    add("Date", httpDate(frame.date));
    add("Server", QByteArrayLiteral("longshore-sandbox"));
    add("x-request-id", randomHexId("req_"_L1, 32).toLatin1());
    add("openai-processing-ms", QByteArray::number(qint64(frame.processing.count())));
    add("Connection",
        frame.isKeptAlive ? QByteArrayLiteral("keep-alive") : QByteArrayLiteral("close"));
    // These two statuses have no body, and a length would be another one's.
    if (answer.status != 204 && answer.status != 304) {
        add("Content-Type", answer.contentType);
        add("Content-Length", QByteArray::number(frame.contentLength));
    }
    return head + "\r\n";
}

bool closesConnection(const Answer &answer)
{
    return std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto &header) {
        return isHeader(header.first, "Connection")
            && header.second.trimmed().compare("close", Qt::CaseInsensitive) == 0;
    });
}

} // namespace longshore::sandbox
