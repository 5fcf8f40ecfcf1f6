#include "ui/models/selectiontexts.h"

#include "api/translated.h"
#include "ui/models/errorwords.h"
#include "ui/models/helpfulaction.h"
#include "ui/models/selectionactions.h"

namespace longshore {

namespace {

HelpfulAction retryOf(const UploadSnapshot &upload)
{
    const HelpfulAction action = helpfulAction(upload);
    return action == HelpfulAction::LookAgain || action == HelpfulAction::StartAgain
        ? action
        : HelpfulAction::Retry;
}

} // namespace

QStringList fileIdsOf(const QList<UploadSnapshot> &uploads)
{
    QStringList ids;
    for (const UploadSnapshot &upload : uploads) {
        if (!upload.fileId.isEmpty())
            ids.append(upload.fileId);
    }
    return ids;
}

QStringList pathsOf(const QList<UploadSnapshot> &uploads)
{
    QStringList paths;
    for (const UploadSnapshot &upload : uploads)
        paths += upload.paths;
    return paths;
}

QStringList errorReportsOf(const QList<UploadSnapshot> &uploads)
{
    QStringList reports;
    for (const UploadSnapshot &upload : uploads) {
        if (actionsFor(upload).testFlag(UploadAction::CopyError))
            reports.append(errorReport(upload));
    }
    return reports;
}

QString retryText(const QList<UploadSnapshot> &uploads)
{
    HelpfulAction action = HelpfulAction::None;
    for (const UploadSnapshot &upload : uploads) {
        if (!actionsFor(upload).testFlag(UploadAction::Retry))
            continue;
        const HelpfulAction its = retryOf(upload);
        action = action == HelpfulAction::None || action == its ? its : HelpfulAction::Retry;
    }
    switch (action) {
    case HelpfulAction::LookAgain:
        return tr("Loo&k Again");
    case HelpfulAction::StartAgain:
        return tr("&Start Again");
    default:
        return tr("&Try Again");
    }
}

} // namespace longshore
