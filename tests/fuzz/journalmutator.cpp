#include "fuzz/journalpatch.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cstring>

/// Both are libFuzzer's; their declarations come with no header.
extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned int seed);

namespace {

using namespace longshore::fuzz;

constexpr int kPageBytes = 4096;

template <std::size_t Size>
const char *oneOf(QRandomGenerator &random, const char *const (&choices)[Size])
{
    return choices[random.bounded(static_cast<int>(Size))];
}

QByteArray number(int value)
{
    return QByteArray::number(value);
}

QByteArray column(QRandomGenerator &random)
{
    const QByteArrayList &columns = journalColumns();
    return columns.at(random.bounded(static_cast<int>(columns.size())));
}

QByteArray table(QRandomGenerator &random)
{
    return column(random).split('.').constFirst();
}

/// Within the header or at the beginning of a page more often than elsewhere: there the structure
/// is.
QByteArray offset(QRandomGenerator &random)
{
    if (random.bounded(3) == 0)
        return number(random.bounded(100));
    const int page = random.bounded(16) * kPageBytes;
    return number(page + random.bounded(random.bounded(2) == 0 ? 64 : kPageBytes));
}

QByteArray bytes(QRandomGenerator &random)
{
    QByteArray some(1 + random.bounded(8), '\0');
    std::generate(some.begin(), some.end(),
                  [&random] { return static_cast<char>(random.bounded(256)); });
    return some.toHex();
}

QByteArray randomLine(QRandomGenerator &random)
{
    switch (random.bounded(14)) {
    case 0:
        return "journal " + number(random.bounded(journalCount()));
    case 1:
        return "drop " + QByteArray(oneOf(random, {"table ", "index "}))
            + oneOf(random,
                    {"uploads_by_match", "uploads_by_place", "uploads_by_end", "uploads", "sources",
                     "parts", "errors", "history"});
    case 2:
        return "drop column " + column(random);
    case 3:
        return "rows " + table(random) + ' ' + number(random.bounded(3));
    case 4:
        return "number " + QByteArray(oneOf(random, {"user_version ", "application_id "}))
            + oneOf(random, {"0", "1", "2", "3", "4", "99", "-1", "1280526897"});
    case 5:
        return "cut " + offset(random);
    case 6:
        return "zero " + offset(random) + ' ' + number(random.bounded(2 * kPageBytes));
    case 7:
    case 8:
        return "bytes " + offset(random) + ' ' + bytes(random);
    default:
        return "cell " + column(random) + ' '
            + oneOf(random,
                    {"null", "int 0", "int 1", "int -1", "int 2147483648",
                     "int 9223372036854775807", "int -9223372036854775808", "real 1e300",
                     "text queued", "text completed", "text failed", "text nothing known", "blob",
                     "blob ff", "blob ff00d8", "blob 00000080ffffff7f"});
    }
}

} // namespace

/// Adds or removes a line that means something; one time in three libFuzzer does what it does by
/// itself.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned int seed)
{
    QRandomGenerator random(seed);
    if (random.bounded(3) == 0)
        return LLVMFuzzerMutate(data, size, maxSize);
    QByteArrayList lines =
        QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)).split('\n');
    const int at = random.bounded(static_cast<int>(lines.size()));
    if (lines.size() > 2 && random.bounded(3) == 0)
        lines.removeAt(at);
    else
        lines.insert(at + random.bounded(2), randomLine(random));
    const QByteArray mutated = lines.join('\n');
    const size_t mutatedSize = std::min(static_cast<size_t>(mutated.size()), maxSize);
    std::memcpy(data, mutated.constData(), mutatedSize);
    return mutatedSize;
}
