#include "ui/models/selectiontally.h"

#include "api/translated.h"

namespace longshore {

namespace {

UploadAction actionAt(std::size_t index)
{
    return static_cast<UploadAction>(1 << index);
}

} // namespace

SelectionTally::Share SelectionTally::shareOf(const UploadSnapshot &upload)
{
    Share share;
    share.actions = actionsFor(upload);
    share.isHeld = upload.held && share.actions.testFlag(UploadAction::Hold);
    if (share.actions.testFlag(UploadAction::Retry))
        share.retry = helpfulAction(upload);
    return share;
}

void SelectionTally::count(const Share &share, int sign)
{
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        if (share.actions.testFlag(actionAt(i)))
            m_counts.at(i) += sign;
    }
    if (share.isHeld)
        m_held += sign;
    if (share.actions.testFlag(UploadAction::Retry))
        m_retriable += sign;
    if (share.retry == HelpfulAction::StartAgain)
        m_startAgain += sign;
    else if (share.retry == HelpfulAction::LookAgain)
        m_lookAgain += sign;
}

void SelectionTally::select(const UploadSnapshot &upload)
{
    Share &share = m_shares[upload.key];
    count(share, -1);
    share = shareOf(upload);
    count(share, 1);
}

void SelectionTally::deselect(const QString &key)
{
    count(m_shares.take(key), -1);
}

void SelectionTally::update(const UploadSnapshot &upload)
{
    if (contains(upload.key))
        select(upload);
}

void SelectionTally::clear()
{
    *this = {};
}

UploadActions SelectionTally::possible() const
{
    UploadActions actions;
    for (std::size_t i = 0; i < m_counts.size(); ++i)
        actions.setFlag(actionAt(i), m_counts.at(i) > 0);
    return actions;
}

QString SelectionTally::retryText() const
{
    if (m_retriable > 0 && m_lookAgain == m_retriable)
        return tr("Loo&k Again");
    if (m_retriable > 0 && m_startAgain == m_retriable)
        return tr("&Start Again");
    return tr("&Try Again");
}

} // namespace longshore
