#include "cli/uploadsetup.h"

#include "api/cabundle.h"
#include "cli/datadir.h"

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QList<UploadRequest> requestsOf(const UploadCommand &command)
{
    UploadRequest request;
    request.purpose = command.purpose;
    request.mimeType = command.mimeType;
    request.expiresAfter = command.expiresAfter;
    request.partSize = command.partSize;
    if (command.cutAtLines)
        request.cutAtLines = true;
    request.order = command.order;
    request.sendMd5 = command.sendMd5;
    request.resume = command.resume;
    request.giveUpAfter = command.giveUpAfter;
    if (!command.combineName.isEmpty()) {
        request.combineName = command.combineName;
        request.paths = command.files;
        return {request};
    }
    QList<UploadRequest> requests;
    for (const QString &file : command.files) {
        request.paths = {file};
        requests.append(request);
    }
    return requests;
}

/// Where the base URL comes from, for the sentence about what is wrong with it.
QString origin(const UploadCommand &command, const QProcessEnvironment &environment)
{
    const QString variable = environment.value(u"OPENAI_BASE_URL"_s);
    const QString text = command.baseUrl.isEmpty() ? variable : command.baseUrl;
    if (text.isEmpty())
        return {};
    const QString name = command.baseUrl.isEmpty() ? u"OPENAI_BASE_URL"_s : u"--base-url"_s;
    // A URL may hold a password.
    const bool secret = text.contains(u'@');
    return u" (%1%2)"_s.arg(name, secret ? QString() : u" '%1'"_s.arg(text));
}

Endpoint endpointOf(const UploadCommand &command, const QProcessEnvironment &environment)
{
    Endpoint endpoint = Endpoint::openAi(environment.value(u"OPENAI_API_KEY"_s).trimmed().toUtf8());
    const QString variable = environment.value(u"OPENAI_BASE_URL"_s).trimmed();
    const QString baseUrl = command.baseUrl.isEmpty() ? variable : command.baseUrl;
    if (!baseUrl.isEmpty())
        endpoint.baseUrl = QUrl(baseUrl, QUrl::StrictMode);
    endpoint.organization = environment.value(u"OPENAI_ORG_ID"_s).trimmed();
    endpoint.project = environment.value(u"OPENAI_PROJECT_ID"_s).trimmed();
    return endpoint;
}

/// Empty, or why the service can't be used.
QString setUpService(const UploadCommand &command, const QProcessEnvironment &environment,
                     Endpoint *endpoint)
{
    *endpoint = endpointOf(command, environment);
    if (endpoint->key.isEmpty()) {
        return u"There is no key: set OPENAI_API_KEY, or use --sandbox to try things out "
               "without one."_s;
    }
    if (const QString problem = endpoint->problem(); !problem.isEmpty())
        return problem + origin(command, environment);
    return {};
}

} // namespace

std::variant<UploadSetup, UsageProblem> setUpUpload(const UploadCommand &command,
                                                    const QProcessEnvironment &environment)
{
    UploadSetup setup;
    setup.sandbox = command.sandbox;
    if (!command.sandbox) {
        const QString problem = setUpService(command, environment, &setup.settings.endpoint);
        if (!problem.isEmpty())
            return UsageProblem{problem};
    }
    if (!command.caFile.isEmpty()) {
        QString problem;
        setup.settings.endpoint.caCertificates = readCaBundle(command.caFile, &problem);
        if (!problem.isEmpty())
            return UsageProblem{problem + u" (--ca-file)"_s};
    }
    if (command.lanes)
        setup.settings.lanes = *command.lanes;
    setup.settings.rateLimit = command.limitRate;
    setup.settings.linePercent = command.linePercent;
    setup.settings.completionsWait = true;
    setup.requests = requestsOf(command);
    setup.names = command.combineName.isEmpty() ? command.files : QStringList{command.combineName};

    // What the sandbox got is gone with it, unless a folder is named: there is nothing to remember
    // in the user's own.
    if (command.sandbox && command.dataDir.isEmpty())
        return setup;
    const DataDir dataDir = findDataDir(command.dataDir);
    if (!dataDir.problem.isEmpty())
        return UsageProblem{dataDir.problem};
    if (!dataDir.note.isEmpty())
        setup.notes.append(dataDir.note);
    setup.settings.dataDir = dataDir.path;
    if (command.sandbox)
        setup.sandboxDir = dataDir.path + u"/sandbox"_s;
    return setup;
}

} // namespace longshore
