#include "transfer/partplan.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace longshore {

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
// Below this the time of a request outweighs that of its bytes; above some hundred parts a resume
// gains nothing.
constexpr qint64 smallestChosenPart = 8 * mebibyte;
constexpr qint64 wantedParts = 100;
// On a line that bears small ones only; at a second or two each this is an upload's hour.
constexpr qint64 mostSmallParts = 2000;
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
    Planner(const PartPlanRequest &request, const LastLineEnd &lastLineEnd, qint64 partSize)
        : m_request(request)
        , m_lastLineEnd(lastLineEnd)
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

    /// None: there is a problem.
    std::optional<qint64> partEnd(int source, qint64 from)
    {
        const SourceFile &file = m_request.sources.at(source);
        const qint64 to = std::min(from + m_plan.partSize, file.uploadBytes());
        if (!m_request.cutAtLines || to == file.uploadBytes())
            return to;
        const std::optional<qint64> end = m_lastLineEnd(source, from, to);
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
    PartPlan m_plan;
    qint64 m_offset = 0;
    bool m_lineTooLong = false;
};

} // namespace

qint64 automaticPartSize(qint64 bytes, const EndpointLimits &limits)
{
    const qint64 wanted = bytes / wantedParts + (bytes % wantedParts == 0 ? 0 : 1);
    const qint64 whole = (wanted + mebibyte - 1) / mebibyte * mebibyte;
    return std::min(std::clamp(whole, smallestChosenPart, largestChosenPart), limits.partBytes);
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
    qint64 automatic = automaticPartSize(total, request.limits);
    // Not so small that the upload has too many of them.
    if (request.bearable > 0)
        automatic = std::min(automatic, std::max(request.bearable, total / mostSmallParts));
    qint64 partSize = request.partSize.value_or(automatic);
    none.problem = partSizeProblem(partSize, request.limits);
    if (!none.problem.isEmpty())
        return none;

    const qint64 largest =
        request.partSize.value_or(std::min(largestChosenPart, request.limits.partBytes));
    while (true) {
        Planner planner(request, lastLineEnd, partSize);
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
