#include "fuzz/fuzzer.h"

#include "cli/commandline.h"
#include "cli/optionvalues.h"
#include "cli/sizes.h"

#include <algorithm>
#include <limits>

using namespace longshore;
using namespace longshore::fuzz;
using namespace Qt::StringLiterals;

namespace {

/// What a size must be by the words of the help, read in another way than parseSize() does.
std::optional<qint64> expectedSize(QByteArray text)
{
    text = text.toLower();
    qint64 factor = 1;
    const auto takeSuffix = [&text](const char *suffix) {
        if (!text.endsWith(suffix))
            return false;
        text.chop(QByteArrayView(suffix).size());
        return true;
    };
    const bool bytes = takeSuffix("b");
    const bool binary = bytes && takeSuffix("i");
    const qint64 step = binary ? 1024 : 1000;
    constexpr const char *prefixes[] = {"k", "m", "g"};
    bool hasPrefix = false;
    for (int i = 0; i < 3 && !hasPrefix; ++i) {
        hasPrefix = takeSuffix(prefixes[i]);
        if (hasPrefix)
            factor = i == 0 ? step : i == 1 ? step * step : step * step * step;
    }
    if ((bytes && !hasPrefix) || text.isEmpty())
        return {};
    qint64 size = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9' || __builtin_mul_overflow(size, 10, &size)
            || __builtin_add_overflow(size, digit - '0', &size))
            return {};
    }
    return __builtin_mul_overflow(size, factor, &size) ? std::nullopt : std::optional(size);
}

template <typename Number>
void checkRange(const std::optional<Number> &value, Number least, Number most)
{
    require(!value || (*value >= least && *value <= most), "a number is in its range");
}

bool isOrder(const QList<int> &order)
{
    QList<bool> seen(order.size(), false);
    return std::all_of(order.begin(), order.end(), [&seen](int index) {
        return index >= 0 && index < seen.size() && !std::exchange(seen[index], true);
    });
}

void check(const UploadCommand &command)
{
    using std::chrono::seconds;
    require(!command.files.isEmpty() && !command.files.contains(QString()), "there are files");
    checkRange(command.lanes, 1, 16);
    checkRange(command.partSize, Q_INT64_C(1), Q_INT64_C(67'108'864));
    checkRange(command.expiresAfter, seconds(3600), seconds(2'592'000));
    checkRange(std::optional(command.giveUpAfter), seconds(0),
               seconds(std::numeric_limits<qint32>::max()));
    require(command.limitRate >= 0, "a rate is none below 0");
    require(command.linePercent == 100 || (command.linePercent >= 50 && command.linePercent <= 95),
            "a share of the line is in its range");
    require(isOrder(command.order), "an order names each part once");
    require(command.order.isEmpty() || command.files.size() == 1 || !command.combineName.isEmpty(),
            "an order is of one upload");
    require(command.combineName.isEmpty() || isPlainFileName(command.combineName),
            "a name is no path");
    require(!command.combineName.contains(u'/') && !command.combineName.contains(QChar(0)),
            "a name is no path, whatever isPlainFileName() says");
    require(command.baseUrl.isEmpty() || !command.sandbox, "there is one service");
}

void check(const SandboxCommand &command)
{
    require(command.lifetime >= std::chrono::seconds(1), "uploads live for some time");
}

void check(const WindowCommand &) { }

void check(const TextToShow &text)
{
    require(!text.text.isEmpty(), "there is something to show");
}

void check(const UsageProblem &problem)
{
    require(!problem.sentence.isEmpty(), "a problem has a sentence");
}

} // namespace

/// One argument a line; each is tried as a size and as an order, too.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Lines lines(QByteArrayView(data, static_cast<qsizetype>(size)));
    QStringList arguments{u"longshore"_s};
    while (!lines.atEnd()) {
        const QByteArray line = lines.next().toByteArray();
        const QString argument = QString::fromUtf8(line);
        arguments.append(argument);
        require(parseSize(argument) == expectedSize(argument.toUtf8()),
                "a size is what was written");
        checkRange(parseWholeNumber(argument), Q_INT64_C(0), std::numeric_limits<qint64>::max());
        QString problem;
        const std::optional<QList<int>> order = parseOrder(argument, &problem);
        require(order.has_value() == problem.isEmpty(), "there is an order or a problem");
        require(!order || (!order->isEmpty() && isOrder(*order)), "an order names each part once");
    }
    const CommandLine parsed = parseCommandLine(arguments);
    std::visit([](const auto &command) { check(command); }, parsed);
    return 0;
}
