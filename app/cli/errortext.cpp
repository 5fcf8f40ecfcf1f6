#include "cli/errortext.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString whatHappened(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::None:
        return u"failed"_s;
    case ErrorKind::Usage:
        return u"can't be done like this"_s;
    case ErrorKind::File:
        return u"the file can't be used"_s;
    case ErrorKind::FileChanged:
        return u"the file changed while it was being uploaded"_s;
    case ErrorKind::Network:
        return u"the service can't be reached"_s;
    case ErrorKind::Tls:
        return u"there is no safe connection to the service"_s;
    case ErrorKind::Auth:
        return u"the service did not accept the key"_s;
    case ErrorKind::Quota:
        return u"the account's quota is used up"_s;
    case ErrorKind::Refused:
        return u"the service refused"_s;
    case ErrorKind::Expired:
        return u"the upload expired before it was finished"_s;
    case ErrorKind::BadAnswer:
        return u"the service's answer makes no sense"_s;
    case ErrorKind::Preflight:
        return u"the file did not pass the check"_s;
    case ErrorKind::Journal:
        return u"progress can't be recorded"_s;
    }
    Q_UNREACHABLE();
}

QString usualAdvice(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::None:
    case ErrorKind::Usage:
    case ErrorKind::File:
    case ErrorKind::Refused:
    case ErrorKind::Preflight:
        return {};
    case ErrorKind::FileChanged:
        return u"Upload it again when nothing writes to it any more."_s;
    case ErrorKind::Network:
        return u"Check the connection and the proxy, then run the same command again: it goes on "
               "where it stood."_s;
    case ErrorKind::Tls:
        return u"If a proxy of your company stands in between, name its certificate with "
               "--ca-file."_s;
    case ErrorKind::Auth:
        return u"Check OPENAI_API_KEY, its permissions, OPENAI_ORG_ID and OPENAI_PROJECT_ID."_s;
    case ErrorKind::Quota:
        return u"Look at the account's limits and billing, then run the same command again."_s;
    case ErrorKind::Expired:
        return u"Run the same command again when the connection is faster, or use more lanes."_s;
    case ErrorKind::BadAnswer:
        return u"Check that the base URL belongs to an Uploads service."_s;
    case ErrorKind::Journal:
        return u"Check the free space and the permissions of the data folder, or name another "
               "with --data-dir."_s;
    }
    Q_UNREACHABLE();
}

} // namespace

QString errorText(const ApiError &error)
{
    QStringList sentence;
    if (error.part >= 0)
        sentence.append(u"part %1"_s.arg(error.part));
    // Our own messages say what happened, the service's often only why.
    if (error.status != 0 || error.message.isEmpty())
        sentence.append(whatHappened(error.kind));
    if (!error.message.isEmpty())
        sentence.append(error.message);
    QString text = sentence.join(u": "_s);
    QStringList details;
    if (error.status != 0)
        details.append(u"HTTP %1"_s.arg(error.status));
    if (!error.code.isEmpty())
        details.append(error.code);
    if (!error.requestId.isEmpty())
        details.append(u"request "_s + error.requestId);
    if (!details.isEmpty())
        text += u" ["_s + details.join(u", "_s) + u']';
    return text;
}

QString adviceText(const ApiError &error)
{
    return error.advice.isEmpty() ? usualAdvice(error.kind) : error.advice;
}

} // namespace longshore
