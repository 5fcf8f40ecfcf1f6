#include "fuzz/fuzzer.h"

#include "support/planfault.h"

#include <QFile>

#include <algorithm>

using namespace longshore;
using namespace longshore::fuzz;
using namespace Qt::StringLiterals;

namespace {

/// Far beyond any service's limit; the limits are ours, so nothing larger comes.
constexpr qint64 kLargestLimit = Q_INT64_C(1) << 60;
constexpr qsizetype kMostSources = 20;
constexpr qsizetype kMostLines = 50;
/// Bytes of a real file: several of the blocks in which lines are looked for.
constexpr qsizetype kLargestContent = 200'000;
/// With smaller parts of a real file most of the time would go into opening it.
constexpr qint64 kMostRealParts = 500;

/// Where the lines of a source end: lengths that repeat for ever.
class LineEnds
{
public:
    void add(qint64 length)
    {
        if (m_ends.size() < kMostLines && length > 0 && length < kLargestLimit)
            m_ends.append((m_ends.isEmpty() ? 0 : m_ends.constLast()) + length);
    }

    /// The last end in (from, to], `from` if there is none.
    qint64 lastIn(qint64 from, qint64 to) const
    {
        if (m_ends.isEmpty())
            return from;
        const qint64 period = m_ends.constLast();
        const qint64 whole = to / period * period;
        const auto behind = std::upper_bound(m_ends.begin(), m_ends.end(), to - whole);
        return std::max(from, whole + (behind == m_ends.begin() ? 0 : *std::prev(behind)));
    }

private:
    QList<qint64> m_ends; ///< of the lines of one period
};

/// What an input asks for, one thing a line: `limits UPLOAD PART`, `size BYTES`, `bearable BYTES`,
/// `line SUITED LANES`, `source BYTES NEWLINE`, `lines LENGTH …` (cut at lines), `unreadable
/// OFFSET`, and last `content TIMES` with what a real file holds so many times behind it.
struct Trial
{
    PartPlanRequest request;
    LineEnds lineEnds;
    qint64 unreadableFrom = kLargestLimit; ///< lines can't be looked for from this offset on
    QByteArray content;
};

qint64 limitIn(QByteArrayView text)
{
    return std::clamp(numberIn(text), Q_INT64_C(1), kLargestLimit);
}

SourceFile sourceFrom(QByteArrayView line)
{
    SourceFile source;
    source.path = u"/data/a.jsonl"_s;
    source.stamp.bytes = numberIn(takeWord(&line));
    source.newlineAdded = numberIn(line) != 0;
    return source;
}

Trial trialFrom(QByteArrayView input)
{
    Trial trial;
    Lines lines(input);
    while (!lines.atEnd()) {
        QByteArrayView line = lines.next();
        const QByteArrayView word = takeWord(&line);
        if (word == "limits") {
            trial.request.limits.uploadBytes = limitIn(takeWord(&line));
            trial.request.limits.partBytes = limitIn(line);
        } else if (word == "size") {
            trial.request.partSize = numberIn(line);
        } else if (word == "bearable") {
            trial.request.line.bearable = numberIn(line);
        } else if (word == "line") {
            trial.request.line.suited = numberIn(takeWord(&line));
            trial.request.line.lanes = static_cast<int>(std::clamp<qint64>(numberIn(line), 1, 16));
        } else if (word == "source" && trial.request.sources.size() < kMostSources) {
            trial.request.sources.append(sourceFrom(line));
        } else if (word == "lines") {
            trial.request.cutAtLines = true;
            while (!line.isEmpty())
                trial.lineEnds.add(numberIn(takeWord(&line)));
        } else if (word == "unreadable") {
            trial.unreadableFrom = numberIn(line);
        } else if (word == "content") {
            const QByteArray content = lines.rest().toByteArray();
            const qint64 most = kLargestContent / std::max<qsizetype>(1, content.size());
            trial.content = content.repeated(std::clamp(numberIn(line), Q_INT64_C(0), most));
            break;
        }
    }
    return trial;
}

/// The properties of a plan that no part size can change.
void checkPlan(const PartPlan &plan, const PartPlanRequest &request)
{
    if (!plan.problem.isEmpty()) {
        require(plan.parts.isEmpty(), "there are parts or a problem, not both");
        return;
    }
    const QString fault = planFault(plan, request);
    require(fault.isEmpty(), qPrintable(fault));
    require(!request.partSize || *request.partSize == plan.partSize, "a part size is obeyed");
}

/// A part that does not end its source has the size asked for, or as many lines as fit into it.
void checkEnds(const PartPlan &plan, const PartPlanRequest &request, const LastLineEnd &lastLineEnd)
{
    if (!request.partSize)
        return; // the last ones are smaller
    for (const PlannedPart &part : plan.parts) {
        const qint64 from = part.sourceOffset;
        const qint64 end = from + part.bytes();
        if (end == request.sources.at(part.source).uploadBytes())
            continue;
        if (request.cutAtLines)
            require(lastLineEnd(part.source, from, from + plan.partSize) == end,
                    "a part holds as many lines as fit");
        else
            require(part.bytes() == plan.partSize, "a part has the part size");
    }
}

void planVirtualSources(const Trial &trial)
{
    const LastLineEnd lastLineEnd = [&trial](int, qint64 from, qint64 to) -> std::optional<qint64> {
        if (to > trial.unreadableFrom)
            return {};
        return trial.lineEnds.lastIn(from, to);
    };
    const PartPlan plan = planParts(trial.request, lastLineEnd);
    checkPlan(plan, trial.request);
    checkEnds(plan, trial.request, lastLineEnd);
}

/// The same with a file, whose lines the program finds by itself.
void planFile(const Trial &trial)
{
    static const QString path = scratchFolder() + u"/lines.jsonl"_s;
    QFile file(path);
    require(file.open(QIODevice::WriteOnly) && file.write(trial.content) == trial.content.size(),
            "the file could be written");
    file.close();

    PartPlanRequest request = trial.request;
    SourceFile source;
    source.path = path;
    source.stamp.bytes = trial.content.size();
    source.newlineAdded = !trial.content.endsWith('\n');
    request.sources = {source};
    request.cutAtLines = true;
    request.partSize =
        std::max(request.partSize.value_or(1), source.stamp.bytes / kMostRealParts + 1);
    const PartPlan plan = planParts(
        request, [](int, qint64 from, qint64 to) { return lastLineEndInFile(path, from, to); });
    checkPlan(plan, request);
    checkEnds(plan, request, [&trial](int, qint64 from, qint64 to) {
        return std::optional(std::max(from, qint64{trial.content.lastIndexOf('\n', to - 1)} + 1));
    });
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Trial trial = trialFrom(QByteArrayView(data, static_cast<qsizetype>(size)));
    const qint64 chosen =
        automaticPartSize(trial.request.sources.isEmpty()
                              ? 0
                              : std::max<qint64>(0, trial.request.sources.first().stamp.bytes),
                          trial.request.limits, trial.request.line);
    require(chosen >= 1 && chosen <= trial.request.limits.partBytes, "the chosen size can be sent");
    planVirtualSources(trial);
    if (!trial.content.isEmpty())
        planFile(trial);
    return 0;
}
