#pragma once

#include "api/endpoint.h"
#include "transfer/filestamp.h"

#include <QList>
#include <QString>

#include <functional>
#include <optional>

namespace longshore {

/// A file that an upload is made of.
struct SourceFile
{
    /// Canonical.
    QString path;
    FileStamp stamp;
    /// A newline is sent after the file's last byte, because the file lacks one.
    bool newlineAdded = false;

    qint64 uploadBytes() const { return stamp.bytes + (newlineAdded ? 1 : 0); }
    bool operator==(const SourceFile &) const = default;
};

/// One part: a range of one source, and the added newline where it is that source's last part.
struct PlannedPart
{
    int source = 0;
    qint64 sourceOffset = 0;
    qint64 sourceBytes = 0; ///< bytes read from the source
    bool newlineAdded = false;
    /// In the upload, with all parts in file order.
    qint64 offset = 0;

    qint64 bytes() const { return sourceBytes + (newlineAdded ? 1 : 0); }
    bool operator==(const PlannedPart &) const = default;
};

/// What is known of the line when an upload is cut. A value.
struct LineHints
{
    /// Bytes that a lane brings in ten seconds; 0: the line was never measured.
    qint64 suited = 0;
    /// Bytes that the line bears in one part; 0: unknown.
    qint64 bearable = 0;
    /// That will send the parts, more or less.
    int lanes = 8;
};

/// Part size the program chooses for an upload of `bytes`, never over the endpoint's limit nor over
/// 64,000,000 bytes ("at most 64 MB" may mean either MB; this is safe both ways): on a line that
/// was measured a whole number of MiB that suits it, 4 MiB or more, but so small that each lane
/// gets some parts, as far as a service that counts requests likes it; otherwise a whole number of
/// MiB, 2 MiB or more, for two parts for each lane where these are no larger than 8 MiB, and for at
/// most 500 parts. Smaller ones only where the line bears no others.
qint64 automaticPartSize(qint64 bytes, const EndpointLimits &limits, const LineHints &line = {});

/// The end of the last line that ends within (from, to] of a source, as the offset behind its
/// newline; `from` itself if no line ends there; none if the file can't be read.
using LastLineEnd = std::function<std::optional<qint64>(int source, qint64 from, qint64 to)>;

struct PartPlanRequest
{
    QList<SourceFile> sources;
    EndpointLimits limits;
    /// Bytes, obeyed exactly (the last part of each source is shorter); none: automaticPartSize().
    std::optional<qint64> partSize;
    /// What a size that is chosen here keeps to.
    LineHints line;
    /// Each part ends with a newline, so that any order of parts is a valid JSONL file.
    bool cutAtLines = false;
};

/// Either parts or a problem.
struct PartPlan
{
    QList<PlannedPart> parts;
    /// No part is larger. Without cutAtLines all but each source's last and, if it was chosen here,
    /// those near the upload's end have this size.
    qint64 partSize = 0;
    /// A sentence that names the file and, for a line, its offset in bytes.
    QString problem;
};

/// Cuts each source into a run of parts; no part spans two sources. Pure but for `lastLineEnd`,
/// which is called about once a part and only with cutAtLines (pool threads: it reads).
///
/// The newline that is added to a source counts as one more byte at its end. Without cutAtLines a
/// part ends wherever the part size says, so that the last one may be that newline alone.
///
/// If the part size is chosen here, the parts get smaller towards the end of the upload, a half, a
/// quarter and an eighth as large, none below 1 MiB for that: so the lanes end at about the same
/// time. An upload with no more than a part for each lane is not cut so.
///
/// With cutAtLines a part holds as many whole lines as fit the part size, newlines included. The
/// end of a source counts as the end of a line: who wants every part to end with a newline sets
/// newlineAdded where the file lacks one. If a line is longer than the part size, an explicit size
/// is a problem; a size that the program chose is doubled until all lines fit, up to the largest
/// one that the program chooses.
///
/// Problems: no source, an empty or unreadable one, more bytes than an upload may have, a part size
/// below 1 or over the endpoint's limit, a line that is too long, more than kMaxParts parts.
PartPlan planParts(const PartPlanRequest &request, const LastLineEnd &lastLineEnd = {});

/// Most parts that an upload is cut into: more would make complete's list of ids and the journal
/// unwieldy.
inline constexpr qsizetype kMaxParts = 100'000;

/// LastLineEnd for a file: reads backwards from `to` in blocks. Opens the file at each call.
/// Blocks.
std::optional<qint64> lastLineEndInFile(const QString &path, qint64 from, qint64 to);

} // namespace longshore
