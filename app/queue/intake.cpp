#include "queue/intake.h"

#include "queue/filerefusal.h"
#include "queue/purposes.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace longshore {

namespace {

using namespace Qt::StringLiterals;

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

ApiError errorOf(ErrorKind kind, const QString &message, const QString &advice = {})
{
    ApiError error;
    error.kind = kind;
    error.message = message;
    error.advice = advice;
    return error;
}

/// The file's last byte is no newline; none if it can't be read.
std::optional<bool> lacksNewline(QFile &file, qint64 bytes)
{
    char last = 0;
    if (!file.seek(bytes - 1) || !file.getChar(&last))
        return std::nullopt;
    return last != '\n';
}

/// Takes one file in and opens it; an error if it can't be uploaded.
std::optional<ApiError> takeFile(const QString &path, const EndpointLimits &limits, QFile &file,
                                 SourceFile &source)
{
    const QString name = QFileInfo(path).fileName();
    const FileStampResult stamped = stampOf(path);
    if (stamped.problem.isProblem())
        return errorOf(ErrorKind::File, stamped.problem.message);
    if (const auto refusal = sizeRefusal(name, stamped.stamp.bytes, limits.uploadBytes))
        return refusal;
    if (const FileProblem problem = openRegularFile(file, path); problem.isProblem()) {
        return errorOf(ErrorKind::File, problem.message,
                       tr("Make the file readable, then try again."));
    }
    source.path = QFileInfo(path).canonicalFilePath();
    source.stamp = stamped.stamp;
    return std::nullopt;
}

bool isSame(const SourceFile &now, const SourceFile &earlier)
{
    return now.path == earlier.path && now.newlineAdded == earlier.newlineAdded
        && !compareStamps(now.path, earlier.stamp, now.stamp).isProblem();
}

/// Blocks.
PartPlan planOf(const UploadRequest &request, const QList<SourceFile> &sources, bool cutAtLines,
                const EndpointLimits &limits)
{
    if (const auto &earlier = request.earlier; earlier && !earlier->parts.isEmpty()
        && earlier->cutAtLines == cutAtLines && earlier->partSize <= limits.partBytes
        && std::equal(sources.begin(), sources.end(), earlier->sources.begin(),
                      earlier->sources.end(), isSame)) {
        return {earlier->parts, earlier->partSize, {}};
    }
    PartPlanRequest planRequest;
    planRequest.sources = sources;
    planRequest.limits = limits;
    planRequest.partSize = request.partSize;
    planRequest.line = request.line;
    planRequest.cutAtLines = cutAtLines;
    return planParts(planRequest, [&sources](int source, qint64 from, qint64 to) {
        return lastLineEndInFile(sources[source].path, from, to);
    });
}

} // namespace

std::optional<ApiError> orderProblem(const QList<int> &order, qsizetype parts)
{
    if (order.isEmpty() || isPermutation(order, parts))
        return std::nullopt;
    return errorOf(ErrorKind::Usage,
                   tr("The order must name each of the %1 parts once, from 0 to %2.")
                       .arg(parts)
                       .arg(parts - 1));
}

IntakeResult examine(const UploadRequest &request, const Endpoint &endpoint)
{
    IntakeResult result;
    const auto refuse = [&result](const QString &path, const ApiError &error) {
        result.blamedPath = path;
        result.error = error;
        return result;
    };
    const bool combined = !request.combineName.isEmpty();
    UploadSpec &spec = result.upload.spec;
    spec.filename = combined ? request.combineName : QFileInfo(request.paths.value(0)).fileName();
    const bool jsonl =
        isJsonl(spec.filename) || std::all_of(request.paths.begin(), request.paths.end(), isJsonl);
    const bool cutAtLines = request.cutAtLines.value_or(combined && jsonl);

    for (const QString &path : request.paths) {
        SourceFile source;
        QFile file;
        if (const auto error = takeFile(path, endpoint.limits, file, source))
            return refuse(path, *error);
        if (cutAtLines || (combined && jsonl)) {
            const std::optional<bool> lacking = lacksNewline(file, source.stamp.bytes);
            const QString name = QFileInfo(path).fileName();
            if (!lacking)
                return refuse(path, errorOf(ErrorKind::File, tr("“%1” can't be read.").arg(name)));
            source.newlineAdded = *lacking;
            if (*lacking) {
                result.warnings.append(
                    {tr("“%1” does not end with a newline; one is added to what is uploaded.")
                         .arg(name),
                     u"newline-added"_s});
            }
        }
        if (isBeingWritten(file)) {
            result.warnings.append(
                {tr("“%1” is still being written by another program. If it grows before it is "
                    "sent, the upload fails; wait until it is finished.")
                     .arg(QFileInfo(path).fileName()),
                 u"file-growing"_s});
        }
        spec.sources.append(source);
    }

    const PartPlan plan = planOf(request, spec.sources, cutAtLines, endpoint.limits);
    if (!plan.problem.isEmpty())
        return refuse(request.paths.value(0), errorOf(ErrorKind::File, plan.problem));
    if (const auto error = orderProblem(request.order, plan.parts.size()))
        return refuse(request.paths.value(0), *error);

    spec.parts = plan.parts;
    spec.partSize = plan.partSize;
    spec.cutAtLines = cutAtLines;
    spec.purpose = request.purpose.isEmpty() ? defaultPurpose(spec.filename) : request.purpose;
    spec.mimeType = request.mimeType.isEmpty() ? defaultMimeType(spec.filename, spec.purpose)
                                               : request.mimeType;
    spec.expiresAfter = request.expiresAfter;
    spec.sendMd5 = request.sendMd5;
    spec.hold = request.hold;
    spec.holdEnd = request.holdEnd;
    spec.giveUpAfter = request.giveUpAfter;
    for (const PurposeWarning &warning :
         purposeWarnings(spec.filename, spec.purpose, spec.bytes())) {
        result.warnings.append({warning.message, warning.code});
    }
    result.upload.combineName = request.combineName;
    result.upload.addedAt = QDateTime::currentSecsSinceEpoch();
    result.upload.progress.order = request.order;
    return result;
}

UploadRequest requestOf(const StoredUpload &upload)
{
    UploadRequest request;
    for (const SourceFile &source : upload.spec.sources)
        request.paths.append(source.path);
    request.combineName = upload.combineName;
    request.purpose = upload.spec.purpose;
    request.mimeType = upload.spec.mimeType;
    request.expiresAfter = upload.spec.expiresAfter;
    request.partSize = upload.spec.partSize;
    request.earlier = UploadPlan{upload.spec.sources, upload.spec.parts, upload.spec.partSize,
                                 upload.spec.cutAtLines};
    request.cutAtLines = upload.spec.cutAtLines;
    request.sendMd5 = upload.spec.sendMd5;
    request.hold = upload.spec.hold;
    request.holdEnd = upload.spec.holdEnd;
    request.giveUpAfter = upload.spec.giveUpAfter;
    request.resume = false;
    return request;
}

} // namespace longshore
