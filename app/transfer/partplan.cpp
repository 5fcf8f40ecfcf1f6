#include "transfer/partplan.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace longshore {

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
// On a line that was never measured: on a slow one a part is not lost after minutes, and on a fast
// one the time of a request does not outweigh that of its bytes. A small upload has smaller ones,
// so that it has two for each lane, as far as that is not too many requests where there are many
// such.
constexpr qint64 usualUnmeasuredPart = 8 * mebibyte;
constexpr qint64 smallestUnmeasuredPart = 2 * mebibyte;
constexpr qint64 roundsUnmeasured = 2;
constexpr qint64 smallestSuitedPart = 4 * mebibyte;
// Services count requests: some 500 of parts a minute leave room for the others. However fast the
// line is, an upload that was cut unmeasured has no more in all.
constexpr qint64 mostPartsUnmeasured = 500;
constexpr qint64 mostRequestsAMinute = 500;
// What LineHints::suited is for.
constexpr qint64 suitedSeconds = 10;
// On a line that bears small ones only; at a second or two each this is an upload's hour.
constexpr qint64 mostSmallParts = 2000;
// Parts for each lane, so that none is idle for long at the end.
constexpr qint64 roundsOfParts = 4;
// The last parts are halved until they are this small: what lanes wait for each other at the end is
// at most the time of one.
constexpr qint64 smallestTailPart = mebibyte;
constexpr qint64 tailShare = 8;
// "At most 64 MB" in decimal megabytes, the smaller of the two readings.
constexpr qint64 largestChosenPart = 64'000'000;
// Lines are mostly far shorter than this, so that one block finds the end of one.
constexpr qint64 blockBytes = 64 * 1024;

QString nameOf(const SourceFile &source)
{
    return QFileInfo(source.path).fileName();
}

QString sourceProblem(const PartPlanRequest &request)
{
    if (request.sources.isEmpty())
        return QCoreApplication::translate("longshore", "There is no file to upload.");
    qint64 total = 0;
    for (const SourceFile &source : request.sources) {
        if (!source.stamp.isValid()) {
            return QCoreApplication::translate("longshore", "“%1” can't be read.")
                .arg(nameOf(source));
        }
        if (source.stamp.bytes == 0) {
            return QCoreApplication::translate("longshore",
                                               "“%1” is empty; an upload needs at least one byte.")
                .arg(nameOf(source));
        }
        // Each term is checked before it is added: the sum of sparse files may not fit, nor may one
        // byte more than the largest file has.
        const qint64 room = request.limits.uploadBytes - total;
        if (source.stamp.bytes > room || source.uploadBytes() > room) {
            return QCoreApplication::translate(
                       "longshore", "With “%1” the upload is larger than the service's %2 bytes.")
                .arg(nameOf(source), QString::number(request.limits.uploadBytes));
        }
        total += source.uploadBytes();
    }
    return {};
}

QString partSizeProblem(qint64 partSize, const EndpointLimits &limits)
{
    if (partSize >= 1 && partSize <= limits.partBytes)
        return {};
    return QCoreApplication::translate("longshore",
                                       "A part of %1 bytes can't be sent: 1 to %2 are allowed.")
        .arg(QString::number(partSize), QString::number(limits.partBytes));
}

/// Plans with one part size.
class Planner
{
public:
    Planner(const PartPlanRequest &request, const LastLineEnd &lastLineEnd, qint64 total,
            qint64 partSize)
        : m_request(request)
        , m_lastLineEnd(lastLineEnd)
        , m_total(total)
    {
        m_plan.partSize = partSize;
    }

    void plan()
    {
        for (int source = 0; source < m_request.sources.size() && m_plan.problem.isEmpty();
             ++source) {
            planSource(source);
        }
    }

    /// A larger part size may do.
    bool isLineTooLong() const { return m_lineTooLong; }

    PartPlan takePlan()
    {
        if (!m_plan.problem.isEmpty())
            m_plan.parts.clear();
        return std::move(m_plan);
    }

private:
    void planSource(int source)
    {
        const qint64 bytes = m_request.sources.at(source).uploadBytes();
        for (qint64 from = 0; from < bytes;) {
            if (m_plan.parts.size() == kMaxParts) {
                m_plan.problem =
                    QCoreApplication::translate(
                        "longshore", "Parts of at most %1 bytes would be more than %2 parts.")
                        .arg(QString::number(m_plan.partSize), QString::number(kMaxParts));
                return;
            }
            const std::optional<qint64> end = partEnd(source, from);
            if (!end)
                return;
            append(source, from, *end);
            from = *end;
        }
    }

    /// Bytes that the next part should have. Towards the end no more than a lane's share of the
    /// rest, halved in steps, so that each lane gets one or two of a size.
    qint64 wantedSize() const
    {
        qint64 size = m_plan.partSize;
        const qint64 lanes = std::max(1, m_request.line.lanes);
        if (m_request.partSize || m_total / lanes <= size)
            return size;
        const qint64 least = std::max(smallestTailPart, m_plan.partSize / tailShare);
        const qint64 share = (m_total - m_offset) / lanes;
        while (size > share && size / 2 >= least)
            size /= 2;
        return size;
    }

    /// None: there is a problem.
    std::optional<qint64> partEnd(int source, qint64 from)
    {
        const SourceFile &file = m_request.sources.at(source);
        const qint64 wanted = std::min(from + wantedSize(), file.uploadBytes());
        if (!m_request.cutAtLines || wanted == file.uploadBytes())
            return wanted;
        std::optional<qint64> end = m_lastLineEnd(source, from, wanted);
        const qint64 to = std::min(from + m_plan.partSize, file.uploadBytes());
        if (end == from && to > wanted) {
            if (to == file.uploadBytes())
                return to;
            end = m_lastLineEnd(source, from, to); // a line that is longer than a small part
        }
        if (!end) {
            m_plan.problem = QCoreApplication::translate(
                                 "longshore", "“%1” can't be read to find where its lines end.")
                                 .arg(nameOf(file));
            return {};
        }
        Q_ASSERT(*end >= from && *end <= to);
        if (*end > from)
            return end;
        m_lineTooLong = true;
        m_plan.problem =
            QCoreApplication::translate(
                "longshore",
                "The line of “%1” that begins at byte %2 has more than the %3 bytes "
                "that a part may have.")
                .arg(nameOf(file), QString::number(from), QString::number(m_plan.partSize));
        return {};
    }

    void append(int source, qint64 from, qint64 end)
    {
        const SourceFile &file = m_request.sources.at(source);
        PlannedPart part;
        part.source = source;
        part.newlineAdded = end > file.stamp.bytes;
        part.sourceOffset = from;
        part.sourceBytes = std::min(end, file.stamp.bytes) - from;
        part.offset = m_offset;
        m_plan.parts.append(part);
        m_offset += part.bytes();
    }

    const PartPlanRequest &m_request;
    const LastLineEnd &m_lastLineEnd;
    const qint64 m_total;
    PartPlan m_plan;
    qint64 m_offset = 0;
    bool m_lineTooLong = false;
};

} // namespace

qint64 automaticPartSize(qint64 bytes, const EndpointLimits &limits, const LineHints &line)
{
    const auto divided = [](qint64 whole, qint64 by) { return whole / by + (whole % by != 0); };
    const qint64 lanes = std::max(1, line.lanes);
    qint64 size = std::max(divided(bytes, mostPartsUnmeasured),
                           std::clamp(divided(bytes, roundsUnmeasured * lanes),
                                      smallestUnmeasuredPart, usualUnmeasuredPart));
    if (line.suited > 0) {
        const qint64 share = divided(bytes, roundsOfParts * lanes);
        const qint64 least = line.suited / (suitedSeconds * mostRequestsAMinute / 60) * lanes;
        size = std::max({std::min(line.suited, share), least, smallestSuitedPart});
    }
    // Not so small that the upload has too many of them.
    size = std::max(size, bytes / mostSmallParts);
    const qint64 most = std::min(largestChosenPart, limits.partBytes);
    size = std::min(divided(size, mebibyte) * mebibyte, most);
    if (line.bearable > 0)
        size = std::min(size, std::max(line.bearable, bytes / mostSmallParts));
    return size;
}

PartPlan planParts(const PartPlanRequest &request, const LastLineEnd &lastLineEnd)
{
    Q_ASSERT(lastLineEnd || !request.cutAtLines);
    PartPlan none;
    none.problem = sourceProblem(request);
    if (!none.problem.isEmpty())
        return none;

    qint64 total = 0;
    for (const SourceFile &source : request.sources)
        total += source.uploadBytes();
    qint64 partSize =
        request.partSize.value_or(automaticPartSize(total, request.limits, request.line));
    none.problem = partSizeProblem(partSize, request.limits);
    if (!none.problem.isEmpty())
        return none;

    const qint64 largest =
        request.partSize.value_or(std::min(largestChosenPart, request.limits.partBytes));
    while (true) {
        Planner planner(request, lastLineEnd, total, partSize);
        planner.plan();
        if (!planner.isLineTooLong() || partSize == largest)
            return planner.takePlan();
        partSize = std::min(partSize * 2, largest);
    }
}

std::optional<qint64> lastLineEndInFile(const QString &path, qint64 from, qint64 to)
{
    QFile file;
    if (openRegularFile(file, path).isProblem())
        return {};
    QByteArray block(std::min(blockBytes, std::max<qint64>(to - from, 0)), Qt::Uninitialized);
    for (qint64 end = to; end > from;) {
        const qint64 begin = std::max(from, end - blockBytes);
        if (!file.seek(begin) || file.read(block.data(), end - begin) != end - begin)
            return {};
        const qsizetype newline = QByteArrayView(block).first(end - begin).lastIndexOf('\n');
        if (newline >= 0)
            return begin + newline + 1;
        end = begin;
    }
    return from;
}

} // namespace longshore
