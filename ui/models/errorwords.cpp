#include "ui/models/errorwords.h"

#include "api/showntext.h"
#include "api/translated.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr int kOk = 200; // HTTP's

} // namespace

bool isAboutPurpose(const ApiError &error)
{
    return error.message.contains("purpose"_L1, Qt::CaseInsensitive)
        || error.message.contains("mime"_L1, Qt::CaseInsensitive)
        || error.code.contains("purpose"_L1, Qt::CaseInsensitive)
        || error.code.contains("mime"_L1, Qt::CaseInsensitive);
}

bool isFileUseless(const ApiError &error)
{
    return error.kind == ErrorKind::Refused && error.status == kOk;
}

QString errorSentence(const ApiError &error)
{
    QString sentence;
    switch (error.kind) {
    case ErrorKind::None:
        return {};
    case ErrorKind::Usage:
        sentence = tr("It can't be done like this");
        break;
    case ErrorKind::File:
        sentence = tr("The file can't be read");
        break;
    case ErrorKind::FileChanged:
        sentence = tr("The file is not as it was when it was added");
        break;
    case ErrorKind::Network:
        sentence = tr("The service can't be reached");
        break;
    case ErrorKind::Tls:
        sentence = tr("There is no safe connection to the service");
        break;
    case ErrorKind::Auth:
        sentence = tr("The service did not accept the key");
        break;
    case ErrorKind::Quota:
        sentence = tr("The account's quota is used up");
        break;
    case ErrorKind::Refused:
        sentence = isFileUseless(error) ? tr("The service can't use the file")
            : isAboutPurpose(error)
            ? tr("The service refused the file for this purpose or MIME type")
            : tr("The service refused the upload");
        break;
    case ErrorKind::Expired:
        sentence = tr("The upload expired before it was finished");
        break;
    case ErrorKind::BadAnswer:
        sentence = tr("The service's answer makes no sense");
        break;
    case ErrorKind::Preflight:
        sentence = tr("The file did not pass the check");
        break;
    case ErrorKind::Journal:
        sentence = tr("Progress can't be recorded");
        break;
    }
    if (error.part < 0)
        return sentence;
    return tr("Part %1: %2").arg(error.part + 1).arg(sentence);
}

QString errorAdvice(const ApiError &error)
{
    switch (error.kind) {
    case ErrorKind::None:
    case ErrorKind::Usage:
    case ErrorKind::Preflight:
        break;
    case ErrorKind::File:
        if (error.advice.isEmpty())
            return tr("Put the file back where it was, or make it readable, then try again.");
        break;
    case ErrorKind::FileChanged:
        if (error.advice.isEmpty())
            return tr("Start again when nothing writes to it any more.");
        break;
    case ErrorKind::Network:
        return tr("Check the connection and the proxy, then try again: the upload goes on where "
                  "it stood.");
    case ErrorKind::Tls:
        return tr("If a proxy of your company stands in between, choose its certificate in the "
                  "connection settings.");
    case ErrorKind::Auth:
        return tr("Check the key, its permissions, the organisation and the project.");
    case ErrorKind::Quota:
        return tr("Look at the account's limits and billing, then try again.");
    case ErrorKind::Refused:
        if (isAboutPurpose(error) && !isFileUseless(error))
            return tr("Choose a purpose that takes such files, or another MIME type.");
        break;
    case ErrorKind::Expired:
        if (error.advice.isEmpty())
            return tr("Start again when the connection is faster, or send more parts at once.");
        break;
    case ErrorKind::BadAnswer:
        if (error.advice.isEmpty())
            return tr("Check that the base URL belongs to an Uploads service.");
        break;
    case ErrorKind::Journal:
        return tr("Check the free space and the permissions of the data folder.");
    }
    return shownText(error.advice);
}

QString errorDetails(const ApiError &error)
{
    QStringList details;
    if (!error.message.isEmpty())
        details.append(shownText(error.message));
    if (error.status != 0)
        details.append(tr("HTTP %1").arg(error.status));
    if (!error.code.isEmpty())
        details.append(shownText(error.code));
    if (!error.requestId.isEmpty())
        details.append(tr("request %1").arg(shownText(error.requestId)));
    return details.join(u" · "_s);
}

QString errorReport(const UploadSnapshot &upload)
{
    QStringList lines{upload.paths.isEmpty() ? shownText(upload.filename)
                                             : shownText(upload.paths.constFirst())};
    if (upload.error.isError())
        lines << errorSentence(upload.error) << errorDetails(upload.error)
              << errorAdvice(upload.error);
    if (!upload.reason.isEmpty())
        lines << shownText(upload.reason);
    if (!upload.uploadId.isEmpty())
        lines << tr("Upload: %1").arg(shownText(upload.uploadId));
    lines.removeAll(QString());
    return lines.join(u'\n');
}

} // namespace longshore
