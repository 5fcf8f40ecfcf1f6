#include "cli/headlessrun.h"

#include "cli/reporter.h"
#include "queue/machinewatch.h"
#include "sandbox/sandbox.h"

#include <QMetaObject>
#include <QPointer>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// How an event ends its upload; none if it doesn't.
std::optional<Outcome> endOf(const UploadEvent &event)
{
    if (std::holds_alternative<CompletedEvent>(event))
        return Outcome::Completed;
    if (std::holds_alternative<UnknownEvent>(event))
        return Outcome::Unknown;
    if (std::holds_alternative<CancelledEvent>(event))
        return Outcome::Cancelled;
    if (const auto *failed = std::get_if<FailedEvent>(&event))
        return outcomeOf(failed->error);
    return std::nullopt;
}

QString fileIdOf(const UploadEvent &event)
{
    const auto *completed = std::get_if<CompletedEvent>(&event);
    return completed == nullptr ? QString() : completed->fileId;
}

/// A name whose bytes are no UTF-8 reaches us with replacement characters in it, and names no file
/// any more.
ApiError withNameAdvice(ApiError error, const QString &path)
{
    if (error.kind == ErrorKind::File && path.contains(QChar::ReplacementCharacter))
        error.advice = u"If the file is there, its name is not valid UTF-8: rename it."_s;
    return error;
}

} // namespace

HeadlessRun::HeadlessRun(const UploadSetup &setup, Reporter &reporter, QObject *parent)
    : QObject(parent)
    , m_setup(setup)
    , m_reporter(reporter)
    , m_items(setup.requests.size())
    , m_ids(setup.requests.size())
{
}

HeadlessRun::~HeadlessRun() = default;

void HeadlessRun::start()
{
    for (const QString &note : std::as_const(m_setup.notes))
        m_reporter.note(note);
    const QString problem = m_setup.sandbox ? startSandbox() : QString();
    if (!problem.isEmpty()) {
        m_reporter.problem(problem);
        m_startFailed = true;
        QMetaObject::invokeMethod(this, &HeadlessRun::finish, Qt::QueuedConnection);
        return;
    }
    m_engine = std::make_unique<Engine>(m_setup.settings);
    connect(m_engine.get(), &Engine::queued, this, &HeadlessRun::onQueued);
    connect(m_engine.get(), &Engine::refused, this, &HeadlessRun::onRefused);
    connect(m_engine.get(), &Engine::happened, this, &HeadlessRun::onHappened);
    connect(m_engine.get(), &Engine::changed, this,
            [this](const QList<UploadSnapshot> &uploads) { m_reporter.changed(uploads); });
    connect(m_engine.get(), &Engine::journalProblem, this,
            [this](const QString &message) { m_reporter.warning(message, u"journal"_s); });
    connect(m_engine.get(), &Engine::journalNotice, this,
            [this](const QString &message) { m_reporter.warning(message, u"journal-replaced"_s); });
    connect(m_engine.get(), &Engine::stopped, this, &HeadlessRun::finish);
    if (!m_setup.sandbox)
        watchMachine();
    addAll();
}

void HeadlessRun::watchMachine()
{
    m_machine = std::make_unique<MachineWatch>();
    m_machine->watch(*m_engine, !isLoopbackHost(m_setup.settings.endpoint.baseUrl.host()));
    connect(m_machine.get(), &MachineWatch::shuttingDown, this,
            [this] { stop(EndedBy::Terminate); });
}

/// Empty, or why there is no sandbox.
QString HeadlessRun::startSandbox()
{
    if (m_setup.settings.dataDir.isEmpty()) {
        m_temporaryDir = std::make_unique<QTemporaryDir>();
        if (!m_temporaryDir->isValid())
            return u"There is no temporary folder: %1."_s.arg(m_temporaryDir->errorString());
        m_setup.settings.dataDir = m_temporaryDir->filePath(u"data"_s);
        if (qEnvironmentVariableIsEmpty("HOME"))
            m_reporter.note(
                u"Works in %1, which is removed at the end."_s.arg(m_temporaryDir->path()));
    }
    sandbox::SandboxOptions options;
    options.dataDir = m_setup.sandboxDir;
    m_sandbox = std::make_unique<sandbox::SandboxServer>(std::move(options));
    QString problem;
    if (!m_sandbox->start(&problem))
        return problem;
    m_setup.settings.direct = true;
    m_setup.settings.endpoint.baseUrl = QUrl(m_sandbox->baseUrl());
    m_setup.settings.endpoint.key = m_sandbox->apiKey();
    return {};
}

void HeadlessRun::addAll()
{
    for (qsizetype index = 0; index < m_items.size(); ++index) {
        const UploadRequest &request = m_setup.requests.at(index);
        m_items[index].path = request.paths.constFirst();
        m_itemOfRequest.insert(m_engine->add(request), index);
    }
}

void HeadlessRun::interrupt()
{
    const bool again = m_stopping || m_endedBy != EndedBy::Nothing;
    m_endedBy = EndedBy::Interrupt;
    if (again) {
        leave();
        return;
    }
    m_reporter.note(u"Interrupted: cancelling at the service. Interrupt again to leave at once; "
                    "what is unfinished can then be resumed."_s);
    if (m_engine)
        m_engine->cancelAll();
}

void HeadlessRun::stop(EndedBy endedBy)
{
    const bool again = m_stopping && m_endedBy != EndedBy::Nothing;
    if (m_endedBy == EndedBy::Nothing)
        m_endedBy = endedBy;
    if (again)
        leave();
    else
        stopEngine();
}

void HeadlessRun::leave()
{
    m_reporter.summary(summaryOf(outcomes()));
    Q_EMIT leaving(exitCode(outcomes(), m_endedBy));
}

void HeadlessRun::loseOutput(const QString &reason)
{
    m_reporter.problem(u"Standard output can't be written: %1."_s.arg(reason));
    if (m_stopping)
        return;
    m_reporter.problem(u"The uploads are stopped; run the same command again to go on."_s);
    m_endedBy = EndedBy::ClosedOutput;
    stopEngine();
}

void HeadlessRun::abandon()
{
    if (m_sandbox)
        m_sandbox->stop();
    if (m_temporaryDir)
        m_temporaryDir->remove();
}

void HeadlessRun::onQueued(quint64 request, const QueuedUpload &upload)
{
    const auto found = m_itemOfRequest.constFind(request);
    if (found == m_itemOfRequest.constEnd())
        return;
    Item &item = m_items[*found];
    item.key = upload.key;
    item.path = upload.paths.value(0, item.path);
    m_itemOfKey.insert(upload.key, *found);
    m_reporter.queued(m_setup.names.at(*found), upload);
    // It was being looked at when all others were cancelled.
    if (m_endedBy == EndedBy::Interrupt)
        m_engine->cancel(upload.key);
}

void HeadlessRun::onRefused(quint64 request, const QString &path, const ApiError &error)
{
    const auto found = m_itemOfRequest.constFind(request);
    if (found == m_itemOfRequest.constEnd())
        return;
    m_reporter.refused(path, withNameAdvice(error, path));
    settle(*found, outcomeOf(error));
}

void HeadlessRun::onHappened(const QString &key, const UploadEvent &event)
{
    const auto found = m_itemOfKey.constFind(key);
    if (found == m_itemOfKey.constEnd())
        return;
    m_reporter.happened(key, m_items.at(*found).path, event);
    if (const std::optional<Outcome> end = endOf(event))
        settle(*found, *end, fileIdOf(event));
}

void HeadlessRun::settle(qsizetype index, Outcome outcome, const QString &fileId)
{
    m_items[index].outcome = outcome;
    m_reporter.fileIds(m_ids.settle(index, fileId));
    if (outcome != Outcome::Completed) {
        stopWhenAllEnded();
        return;
    }
    ++m_beingTold;
    m_reporter.whenTold([alive = QPointer(this), this, key = m_items.at(index).key](bool told) {
        if (!alive)
            return;
        --m_beingTold;
        if (told && m_engine)
            m_engine->told(key);
        stopWhenAllEnded();
    });
}

void HeadlessRun::stopWhenAllEnded()
{
    const bool allEnded = std::all_of(m_items.cbegin(), m_items.cend(),
                                      [](const Item &item) { return item.outcome.has_value(); });
    if (allEnded && m_beingTold == 0)
        stopEngine();
}

bool HeadlessRun::threadsLeft() const
{
    return m_engine && m_engine->threadsLeft();
}

QList<Outcome> HeadlessRun::outcomes() const
{
    QList<Outcome> result;
    for (const Item &item : m_items)
        result.append(item.outcome.value_or(Outcome::Unfinished));
    return result;
}

void HeadlessRun::stopEngine()
{
    if (m_stopping || !m_engine)
        return;
    m_stopping = true;
    m_engine->stop();
}

void HeadlessRun::finish()
{
    m_reporter.summary(summaryOf(outcomes()));
    Q_EMIT finished(m_startFailed ? ExitFailed : exitCode(outcomes(), m_endedBy));
}

} // namespace longshore
