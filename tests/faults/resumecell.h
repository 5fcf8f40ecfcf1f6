#pragma once

#include <QList>
#include <QString>

namespace longshore {

/// How far an upload was when its program ended.
enum class Stage {
    NothingSent,
    SomeParts,
    AllParts,
    HeldReordered, ///< all parts, an order of the user's, held
    CompleteNotArrived, ///< complete was about to be sent
    CompleteUnanswered, ///< complete did its work, and nobody heard of it
    Completed,
};
enum class FileFate { Same, Changed, Gone };
enum class ServiceFate { Alive, Expired, CancelledElsewhere };
enum class JournalFate { Good, Torn, Older, Newer, ReadOnly, Full };
/// How the next run comes to it: its file is named again, or all is brought back.
enum class Way { Named, Restored };

struct ResumeCell
{
    Stage stage = Stage::NothingSent;
    FileFate file = FileFate::Same;
    ServiceFate service = ServiceFate::Alive;
    JournalFate journal = JournalFate::Good;
    Way way = Way::Named;

    /// One line such as "some parts, file same, alive, journal torn, named".
    QString name() const;
};

/// What came of it.
struct ResumeOutcome
{
    /// completed, failed:KIND, refused:KIND, none (nothing was brought back).
    QString end;
    int creates = 0; ///< made by the run; where allowed -1: any number
    int parts = 0; ///< sent by the run; where allowed -1: any number
    int files = 0; ///< at the service in the end

    bool allows(const ResumeOutcome &outcome) const;
    QString text() const;
};

inline constexpr int kCellParts = 5;

/// All cells that can be: what is completed can't be cancelled or expire. Those that wait some
/// seconds for a file that may become visible come in full with LONGSHORE_FULL only.
QList<ResumeCell> resumeCells();
/// What may come of a cell. More than one where the journal decides, such as a torn one.
QList<ResumeOutcome> allowedOutcomes(const ResumeCell &cell);

} // namespace longshore
