#include "fuzz/answertext.h"
#include "fuzz/fuzzer.h"

#include "api/answers.h"
#include "api/rawheaders.h"

#include <algorithm>

using namespace longshore;
using namespace longshore::fuzz;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::minutes(10);
/// Digits that are no more than this many are no more than nine hundred thousand or so.
constexpr qsizetype kFewDigits = 6;

/// A whole number of few digits, read in another way than retryDelay() does.
std::optional<qint64> fewDigits(const QByteArray &text)
{
    if (text.isEmpty() || text.size() > kFewDigits)
        return {};
    qint64 number = 0;
    for (const char character : text) {
        if (character < '0' || character > '9')
            return {};
        number = number * 10 + (character - '0');
    }
    return number;
}

/// What plain whole numbers ask for; none where a header holds anything else.
std::optional<milliseconds> plainDelay(const QList<QNetworkReply::RawHeaderPair> &headers)
{
    if (const auto text = headerValue(headers, "retry-after-ms")) {
        const std::optional<qint64> number = fewDigits(*text);
        return number && *number <= kLongest.count() ? std::optional(milliseconds(*number))
                                                     : std::nullopt;
    }
    const auto text = headerValue(headers, "retry-after");
    const std::optional<qint64> number = text ? fewDigits(*text) : std::nullopt;
    return number && *number * 1000 <= kLongest.count()
        ? std::optional(milliseconds(*number * 1000))
        : std::nullopt;
}

} // namespace

/// A line with our clock (Unix seconds, any), then headers.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Lines lines(QByteArrayView(data, static_cast<qsizetype>(size)));
    // A clock of ours may be wrong by thousands of years, but not by more than it can show.
    constexpr qint64 clockRange = 253'402'300'800;
    const QDateTime now =
        QDateTime::fromSecsSinceEpoch(numberIn(lines.next()) % clockRange, Qt::UTC);
    const QList<QNetworkReply::RawHeaderPair> headers = takeHeaders(&lines);

    const std::optional<milliseconds> delay = retryDelay(headers, now);
    require(!delay || (*delay >= milliseconds(0) && *delay <= kLongest),
            "a delay is from 0 to 600 s, or none");
    if (const std::optional<milliseconds> plain = plainDelay(headers))
        require(delay == plain, "a plain number is taken as it is");
    if (const auto text = headerValue(headers, "retry-after")) {
        const std::optional<QDateTime> date = httpDate(*text);
        require(!date || (date->isValid() && date->timeSpec() == Qt::UTC), "a date is one, in UTC");
    }
    return 0;
}
