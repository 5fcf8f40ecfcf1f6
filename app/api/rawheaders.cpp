#include "api/rawheaders.h"
#include "api/answers.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

/// The service is not believed when it asks for more.
constexpr milliseconds kLongestDelay = std::chrono::minutes(10);
/// Years of two digits begin here: the obsolete form of a date has them.
constexpr int kFirstYear = 1970;

/// Digits with at most one point: no sign, exponent, "inf" or "nan".
std::optional<double> toNumber(const QByteArray &text)
{
    const bool plain = !text.isEmpty() && text.count('.') <= 1
        && std::all_of(text.begin(), text.end(), [](char character) {
               return (character >= '0' && character <= '9') || character == '.';
           });
    bool ok = false;
    const double number = plain ? text.toDouble(&ok) : 0;
    return ok ? std::optional(number) : std::nullopt;
}

std::optional<milliseconds> acceptable(double delayMs)
{
    if (!(delayMs >= 0) || delayMs > static_cast<double>(kLongestDelay.count()))
        return {};
    return milliseconds(std::llround(std::ceil(delayMs)));
}

} // namespace

std::optional<QByteArray> headerValue(const QList<QNetworkReply::RawHeaderPair> &headers,
                                      QByteArrayView name)
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value.trimmed();
    }
    return {};
}

std::optional<QDateTime> httpDate(const QByteArray &text)
{
    // The form in use and the two obsolete ones that RFC 9110 wants understood as well. Without the
    // day of the week, which Qt would compare with that of a year of the last century.
    constexpr std::array formats{"dd MMM yyyy hh:mm:ss 'GMT'"_L1, "dd-MMM-yy hh:mm:ss 'GMT'"_L1,
                                 "ddd MMM d hh:mm:ss yyyy"_L1};
    const QString whole = QString::fromLatin1(text).simplified();
    const QString date = whole.mid(whole.indexOf(u',') + 1).trimmed();
    for (const QLatin1StringView format : formats) {
        QDateTime time = QLocale::c().toDateTime(date, QString(format));
        if (!time.isValid())
            continue;
        if (time.date().year() < kFirstYear)
            time = time.addYears(100);
        return QDateTime(time.date(), time.time(), Qt::UTC);
    }
    return {};
}

std::optional<milliseconds> retryDelay(const QList<QNetworkReply::RawHeaderPair> &headers,
                                       const QDateTime &now)
{
    if (const auto text = headerValue(headers, "retry-after-ms")) {
        const std::optional<double> number = toNumber(*text);
        if (const auto delay = number ? acceptable(*number) : std::nullopt)
            return delay;
    }
    const auto text = headerValue(headers, "retry-after");
    if (!text)
        return {};
    if (const std::optional<double> seconds = toNumber(*text))
        return acceptable(*seconds * 1000);
    const std::optional<QDateTime> until = httpDate(*text);
    if (!until)
        return {};
    const auto date = headerValue(headers, "date");
    const QDateTime from = (date ? httpDate(*date) : std::nullopt).value_or(now);
    return acceptable(static_cast<double>(from.msecsTo(*until)));
}

} // namespace longshore
