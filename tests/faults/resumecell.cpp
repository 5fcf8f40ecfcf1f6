#include "resumecell.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

const QStringList kStages = {
    u"nothing sent"_s,         u"some parts"_s,          u"all parts"_s, u"held and reordered"_s,
    u"complete not arrived"_s, u"complete unanswered"_s, u"completed"_s};
const QStringList kFiles = {u"file same"_s, u"file changed"_s, u"file gone"_s};
const QStringList kServices = {u"alive"_s, u"expired"_s, u"cancelled elsewhere"_s};
const QStringList kJournals = {u"journal good"_s,  u"journal torn"_s,      u"journal older"_s,
                               u"journal newer"_s, u"journal read-only"_s, u"journal full"_s};
const QStringList kWays = {u"named"_s, u"restored"_s};

/// Complete may have been sent, the service refuses it, and there is no file: nobody can tell why.
const ResumeOutcome kUntold = {u"unknown"_s, 0, 0, 0};

/// Parts that the service had of it before.
int partsThere(Stage stage)
{
    switch (stage) {
    case Stage::NothingSent:
        return 0;
    case Stage::SomeParts:
        return 2;
    default:
        return kCellParts;
    }
}

bool hasFile(Stage stage)
{
    return stage == Stage::CompleteUnanswered || stage == Stage::Completed;
}

/// As if there had been no upload before.
ResumeOutcome anew(const ResumeCell &cell)
{
    return {u"completed"_s, 1, kCellParts, hasFile(cell.stage) ? 2 : 1};
}

/// With the file as it was.
ResumeOutcome resumed(const ResumeCell &cell)
{
    const bool alive = cell.service == ServiceFate::Alive;
    switch (cell.stage) {
    case Stage::Completed:
        // Never resumed: named again it is another upload, and brought back it is history.
        return cell.way == Way::Named ? anew(cell) : ResumeOutcome{u"completed"_s, 0, 0, 1};
    case Stage::CompleteUnanswered:
        return {u"completed"_s, 0, 0, 1};
    default:
        break;
    }
    if (alive)
        return {u"completed"_s, 0, kCellParts - partsThere(cell.stage), 1};
    if (cell.stage == Stage::CompleteNotArrived && cell.service == ServiceFate::CancelledElsewhere)
        return kUntold;
    // Once more from the start, after the service has refused some parts.
    return {u"completed"_s, 1, -1, 1};
}

/// Brought back, with a file that is another one or none.
ResumeOutcome withoutFile(const ResumeCell &cell)
{
    switch (cell.stage) {
    case Stage::Completed:
    case Stage::CompleteUnanswered:
        return {u"completed"_s, 0, 0, 1};
    case Stage::CompleteNotArrived:
        // All of it is at the service.
        if (cell.service == ServiceFate::Alive)
            return {u"completed"_s, 0, 0, 1};
        if (cell.service == ServiceFate::CancelledElsewhere)
            return kUntold;
        break;
    default:
        break;
    }
    // Found out before, while or after the service is asked for what can't be sent.
    return {u"failed:file-changed"_s, -1, -1, 0};
}

/// The service tells the time with its first answer: a held upload may be completed before it is
/// known to have expired, and is begun again then.
QList<ResumeOutcome> heldAndExpired()
{
    return {{u"failed:expired"_s, 0, 0, 0}, {u"completed"_s, 1, kCellParts, 1}};
}

ResumeOutcome known(const ResumeCell &cell)
{
    if (cell.file == FileFate::Same)
        return resumed(cell);
    if (cell.way == Way::Restored)
        return withoutFile(cell);
    if (cell.file == FileFate::Gone)
        return {u"refused:file"_s, 0, 0, hasFile(cell.stage) ? 1 : 0};
    return anew(cell); // another content is another upload
}

ResumeOutcome unknown(const ResumeCell &cell)
{
    if (cell.way == Way::Restored)
        return {u"none"_s, 0, 0, hasFile(cell.stage) ? 1 : 0};
    if (cell.file == FileFate::Gone)
        return {u"refused:file"_s, 0, 0, hasFile(cell.stage) ? 1 : 0};
    return anew(cell);
}

QList<ResumeOutcome> allowedWhereKnown(const ResumeCell &cell)
{
    const bool isHeldAndExpired = cell.stage == Stage::HeldReordered
        && cell.service == ServiceFate::Expired && cell.file == FileFate::Same;
    return isHeldAndExpired ? heldAndExpired() : QList{known(cell)};
}

bool isSlow(const ResumeCell &cell)
{
    return cell.stage == Stage::CompleteNotArrived
        && cell.service == ServiceFate::CancelledElsewhere;
}

} // namespace

bool ResumeOutcome::allows(const ResumeOutcome &outcome) const
{
    return end == outcome.end && files == outcome.files
        && (creates < 0 || creates == outcome.creates) && (parts < 0 || parts == outcome.parts);
}

QString ResumeCell::name() const
{
    const auto word = [](const QStringList &words, auto value) {
        return words.at(static_cast<int>(value));
    };
    return QStringList{word(kStages, stage), word(kFiles, file), word(kServices, service),
                       word(kJournals, journal), word(kWays, way)}
        .join(u", "_s);
}

QString ResumeOutcome::text() const
{
    return u"%1, %2 created, %3 parts sent, %4 files"_s.arg(end).arg(creates).arg(parts).arg(files);
}

QList<ResumeCell> resumeCells()
{
    const bool full = qEnvironmentVariableIsSet("LONGSHORE_FULL");
    QList<ResumeCell> cells;
    for (int stage = 0; stage < kStages.size(); ++stage) {
        for (int file = 0; file < kFiles.size(); ++file) {
            for (int service = 0; service < kServices.size(); ++service) {
                for (int journal = 0; journal < kJournals.size(); ++journal) {
                    for (int way = 0; way < kWays.size(); ++way) {
                        const ResumeCell cell{
                            static_cast<Stage>(stage), static_cast<FileFate>(file),
                            static_cast<ServiceFate>(service), static_cast<JournalFate>(journal),
                            static_cast<Way>(way)};
                        // A service does not cancel or expire what it completed.
                        if (hasFile(cell.stage) && cell.service != ServiceFate::Alive)
                            continue;
                        if (full || !isSlow(cell) || cell.journal == JournalFate::Good)
                            cells.append(cell);
                    }
                }
            }
        }
    }
    return cells;
}

QList<ResumeOutcome> allowedOutcomes(const ResumeCell &cell)
{
    switch (cell.journal) {
    case JournalFate::Good:
    case JournalFate::Older:
        return allowedWhereKnown(cell);
    case JournalFate::Newer:
        return {unknown(cell)};
    case JournalFate::Torn:
    case JournalFate::ReadOnly:
    case JournalFate::Full:
        return allowedWhereKnown(cell) << unknown(cell);
    }
    Q_UNREACHABLE();
}

} // namespace longshore
