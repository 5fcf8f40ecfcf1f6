#pragma once

#include "ui/models/helpfulaction.h"
#include "ui/models/selectionactions.h"

#include <QHash>
#include <QString>

#include <array>

namespace longshore {

/// What the selected uploads make of the actions on them, kept by adding and taking away single
/// ones, so that an update of one costs the same however many are selected.
class SelectionTally final
{
public:
    /// Takes an upload in, or as it is now.
    void select(const UploadSnapshot &upload);
    void deselect(const QString &key);
    /// As it is now; one that is not selected counts for nothing.
    void update(const UploadSnapshot &upload);
    void clear();

    bool contains(const QString &key) const { return m_shares.contains(key); }
    qsizetype size() const { return m_shares.size(); }
    /// What can be done about at least one of them: an action works on those that it fits.
    UploadActions possible() const;
    /// One of those that can be held or let go is held.
    bool isHeld() const { return m_held > 0; }
    /// What trying again means for those of them that can be tried again: "&Try Again", "&Start
    /// Again" or "Loo&k Again", where it means the same for all.
    QString retryText() const;

private:
    /// Of one upload.
    struct Share
    {
        UploadActions actions;
        bool isHeld = false;
        HelpfulAction retry = HelpfulAction::None;
    };

    static Share shareOf(const UploadSnapshot &upload);
    void count(const Share &share, int sign);

    QHash<QString, Share> m_shares;
    std::array<int, kUploadActions> m_counts{}; ///< uploads that an action fits
    int m_held = 0;
    int m_retriable = 0;
    int m_startAgain = 0; ///< of those that can be tried again
    int m_lookAgain = 0;
};

} // namespace longshore
