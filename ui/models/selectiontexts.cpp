#include "ui/models/selectiontexts.h"

#include "ui/models/errorwords.h"
#include "ui/models/selectionactions.h"

namespace longshore {

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

} // namespace longshore
