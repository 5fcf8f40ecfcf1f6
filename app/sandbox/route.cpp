#include "route.h"

#include <QList>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

/// Where an absolute URL's path begins, or the target itself.
QByteArray withoutOrigin(const QByteArray &target)
{
    for (const char *scheme : {"http://", "https://"}) {
        if (target.startsWith(scheme)) {
            const qsizetype slash = target.indexOf('/', qsizetype(qstrlen(scheme)));
            return slash < 0 ? QByteArrayLiteral("/") : target.mid(slash);
        }
    }
    return target;
}

Answer unknownPath(const QByteArray &method, const QByteArray &path)
{
    return refusal(404,
                   u"Invalid URL (%1 %2)"_s.arg(QString::fromLatin1(method),
                                                QString::fromLatin1(path.left(128))));
}

Answer wrongMethod(const QByteArray &method)
{
    return refusal(405, u"The method %1 is not allowed here."_s.arg(QString::fromLatin1(method)),
                   {}, u"method_not_allowed"_s);
}

/// `steps` are the path's, without /v1 and /uploads.
void routeUploads(Route &result, const QByteArray &method, const QList<QByteArray> &steps)
{
    Operation operation = Operation::CreateUpload;
    Call call = Call::Create;
    if (steps.size() == 2 && steps[1] == "parts") {
        operation = Operation::AddPart;
        call = Call::Part;
    } else if (steps.size() == 2 && steps[1] == "complete") {
        operation = Operation::CompleteUpload;
        call = Call::Complete;
    } else if (steps.size() == 2 && steps[1] == "cancel") {
        operation = Operation::CancelUpload;
        call = Call::Cancel;
    } else if (!steps.isEmpty()) {
        return;
    }
    if (method != "POST") {
        result.operation = wrongMethod(method);
        return;
    }
    result.call = call;
    result.operation = operation;
    if (!steps.isEmpty())
        result.id = QString::fromLatin1(steps[0]);
}

/// `steps` are the path's, without /v1 and /files.
void routeFiles(Route &result, const QByteArray &method, const QList<QByteArray> &steps)
{
    result.call = Call::Files;
    if (!steps.isEmpty())
        result.id = QString::fromLatin1(steps[0]);
    const bool isContent = steps.size() == 2 && steps[1] == "content";
    if (steps.size() > 2 || (steps.size() == 2 && !isContent))
        return;
    if (method == "GET" && steps.isEmpty())
        result.operation = Operation::ListFiles;
    else if (method == "GET")
        result.operation = isContent ? Operation::FileContent : Operation::DescribeFile;
    else if (method == "DELETE" && steps.size() == 1)
        result.operation = Operation::DeleteFile;
    else
        result.operation = wrongMethod(method);
}

} // namespace

Route route(const QByteArray &method, const QByteArray &target)
{
    Route result;
    const QByteArray path = withoutOrigin(target);
    const qsizetype question = path.indexOf('?');
    if (question >= 0)
        result.query = path.mid(question + 1);
    const QByteArray plainPath = path.left(question >= 0 ? question : path.size());
    result.operation = unknownPath(method, plainPath);

    // "/v1/uploads/ID/parts", or "/openai/uploads/ID/parts" as with Azure.
    QList<QByteArray> steps = plainPath.split('/');
    if (steps.size() < 3 || !steps[0].isEmpty() || (steps[1] != "v1" && steps[1] != "openai"))
        return result;
    const QByteArray collection = steps[2];
    steps = steps.sliced(3);
    if (collection == "uploads")
        routeUploads(result, method, steps);
    else if (collection == "files")
        routeFiles(result, method, steps);
    return result;
}

} // namespace longshore::sandbox
