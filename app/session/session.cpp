#include "session/session.h"

#include "api/cabundle.h"
#include "platform/keychain.h"
#include "queue/machinewatch.h"
#include "sandbox/sandbox.h"
#include "transfer/pooltask.h"

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// The sandbox's port is another one at each start, its uploads are the same user's.
const QString kSandboxIdentity = u"sandbox"_s;

/// With a certificate file that hangs, at the end.
constexpr int kPatienceMs = 2000;

struct Certificates
{
    QList<QSslCertificate> list;
    QString problem;
};

} // namespace

Session::Session(const SessionOptions &options, Keychain &keychain, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_keychain(keychain)
    , m_machine(std::make_unique<MachineWatch>())
{
    connect(m_machine.get(), &MachineWatch::shuttingDown, this, &Session::shuttingDown);
    connect(m_machine.get(), &MachineWatch::onlineChanged, this, &Session::onlineChanged);
}

Session::~Session() = default;

// ---- Connecting

void Session::connectTo(const Profile &profile)
{
    m_profile = profile;
    begin();
}

void Session::connectTo(const Profile &profile, const QByteArray &newKey)
{
    const QString account = profile.keyAccount();
    m_keysOfThisRun.insert(account, newKey);
    m_retryRefusedKeys = true;
    m_retried.clear();
    m_keychain.write(account, QString::fromUtf8(newKey), this,
                     [this, account, newKey](const Keychain::Answer &answer) {
                         m_keyNote = answer.problem;
                         if (answer.problem.isEmpty() && m_keysOfThisRun.value(account) == newKey)
                             m_keysOfThisRun.remove(account);
                         if (m_profile.keyAccount() == account && m_keyPlace == KeyPlace::ThisRun
                             && answer.problem.isEmpty())
                             m_keyPlace = KeyPlace::Keychain;
                         Q_EMIT keyNoteChanged();
                     });
    connectTo(profile);
}

void Session::forgetKey(const Profile &profile)
{
    const QString account = profile.keyAccount();
    m_keysOfThisRun.remove(account);
    m_keychain.remove(account, this,
                      [this](const Keychain::Answer &answer) { noteKeychain(answer.problem); });
}

void Session::findKey(const Profile &profile, QObject *context,
                      std::function<void(const QByteArray &)> found)
{
    const QString account = profile.keyAccount();
    if (const auto known = m_keysOfThisRun.constFind(account);
        known != m_keysOfThisRun.constEnd()) {
        found(*known);
        return;
    }
    m_keychain.read(account, context,
                    [session = QPointer(this), otherwise = environmentKeyFor(account),
                     found = std::move(found)](const Keychain::Answer &answer) {
                        if (session)
                            session->noteKeychain(answer.problem);
                        found(answer.secret.isEmpty() ? otherwise : answer.secret.toUtf8());
                    });
}

void Session::noteKeychain(const QString &problem)
{
    m_keyNote = problem;
    Q_EMIT keyNoteChanged();
}

QByteArray Session::environmentKeyFor(const QString &account) const
{
    return account == m_options.environmentAccount ? m_options.environmentKey : QByteArray();
}

/// Where one engine is, it has to stop before another starts: they may share uploads.
void Session::begin()
{
    ++m_attempt;
    if (m_engine) {
        if (!std::exchange(m_stopping, true))
            m_engine->stop();
        return;
    }
    m_address.clear();
    m_sandbox.reset();
    if (const QString problem = m_profile.problem(); !problem.isEmpty())
        needConnection(problem);
    else if (m_profile.kind == ServiceKind::Sandbox)
        startSandbox();
    else
        lookUpKey(m_attempt);
}

void Session::lookUpKey(int attempt)
{
    const QString account = m_profile.keyAccount();
    if (const auto known = m_keysOfThisRun.constFind(account);
        known != m_keysOfThisRun.constEnd()) {
        startWithKey(*known, KeyPlace::ThisRun);
        return;
    }
    m_keychain.read(account, this, [this, attempt, account](const Keychain::Answer &answer) {
        if (attempt != m_attempt)
            return;
        m_keyNote = answer.problem;
        if (!answer.secret.isEmpty())
            startWithKey(answer.secret.toUtf8(), KeyPlace::Keychain);
        else if (const QByteArray key = environmentKeyFor(account); !key.isEmpty())
            startWithKey(key, KeyPlace::Environment);
        else
            needConnection(answer.problem);
    });
}

void Session::startSandbox()
{
    sandbox::SandboxOptions options;
    options.dataDir = m_options.dataDir + u"/sandbox"_s;
    m_sandbox = std::make_unique<sandbox::SandboxServer>(std::move(options));
    QString problem;
    if (!m_sandbox->start(&problem)) {
        m_sandbox.reset();
        needConnection(problem);
        return;
    }
    m_keyPlace = KeyPlace::Sandbox;
    m_keyNote.clear();
    EngineSettings settings;
    settings.direct = true;
    settings.identity = kSandboxIdentity;
    settings.endpoint.baseUrl = QUrl(m_sandbox->baseUrl());
    settings.endpoint.key = m_sandbox->apiKey();
    startEngine(settings);
}

void Session::startWithKey(const QByteArray &key, KeyPlace place)
{
    m_keyPlace = place;
    if (m_profile.caFile.isEmpty()) {
        EngineSettings settings;
        settings.endpoint = endpointOf(m_profile, key);
        startEngine(settings);
        return;
    }
    runInPool(
        m_pool, this,
        [file = m_profile.caFile] {
            Certificates certificates;
            certificates.list = readCaBundle(file, &certificates.problem);
            return certificates;
        },
        [this, key, attempt = m_attempt](const Certificates &certificates) {
            if (attempt != m_attempt)
                return;
            if (!certificates.problem.isEmpty()) {
                needConnection(certificates.problem);
                return;
            }
            EngineSettings settings;
            settings.endpoint = endpointOf(m_profile, key, certificates.list);
            startEngine(settings);
        });
}

void Session::needConnection(const QString &reason)
{
    m_keyPlace = KeyPlace::None;
    Q_EMIT connectionNeeded(reason);
}

// ---- The engine

void Session::startEngine(const EngineSettings &settings)
{
    if (const QString problem = settings.endpoint.problem(); !problem.isEmpty()) {
        needConnection(problem);
        return;
    }
    EngineSettings complete = settings;
    complete.dataDir = m_options.dataDir;
    complete.lanes = m_options.lanes;
    complete.rateLimit = m_options.rateLimit;
    complete.linePercent = m_options.linePercent;
    complete.asksWhenTooSlow = true;
    m_address = complete.endpoint.baseUrl.toString(QUrl::RemoveUserInfo);
    m_restored = false;
    m_resumable = true;
    m_engine = std::make_unique<Engine>(complete);
    m_machine->watch(*m_engine, !isLoopbackHost(complete.endpoint.baseUrl.host()));
    connectEngine();
    Q_EMIT connected();
    m_engine->restoreAll();
    addWaiting();
}

void Session::connectEngine()
{
    Engine *engine = m_engine.get();
    connect(engine, &Engine::queued, this, [this](quint64 number, const QueuedUpload &upload) {
        const quint64 request = m_requestOfEngine.take(number);
        m_unanswered.erase(request);
        Q_EMIT queued(request, upload);
    });
    connect(engine, &Engine::refused, this,
            [this](quint64 number, const QString &path, const ApiError &error) {
                const quint64 request = m_requestOfEngine.take(number);
                m_unanswered.erase(request);
                Q_EMIT refused(request, path, error);
            });
    connect(engine, &Engine::changed, this, &Session::onChanged);
    connect(engine, &Engine::happened, this, &Session::happened);
    connect(engine, &Engine::orderChanged, this, &Session::orderChanged);
    connect(engine, &Engine::planned, this, &Session::planned);
    connect(engine, &Engine::partsChanged, this, &Session::partsChanged);
    connect(engine, &Engine::journalProblem, this, [this](const QString &problem) {
        m_resumable = false;
        Q_EMIT journalProblem(problem);
    });
    connect(engine, &Engine::journalRecovered, this, [this] {
        m_resumable = true;
        Q_EMIT journalRecovered();
    });
    connect(engine, &Engine::journalNotice, this, &Session::journalNotice);
    connect(engine, &Engine::restored, this, [this] {
        m_restored = true;
        Q_EMIT restored();
    });
    // Queued: the engine is deleted by it.
    connect(engine, &Engine::stopped, this, &Session::onEngineStopped, Qt::QueuedConnection);
}

void Session::onEngineStopped()
{
    m_threadsLeft = m_threadsLeft || m_engine->threadsLeft();
    m_engine.reset();
    m_stopping = false;
    m_requestOfEngine.clear();
    if (!m_ending) {
        begin();
        return;
    }
    m_sandbox.reset();
    Q_EMIT stopped();
}

void Session::onChanged(const QList<UploadSnapshot> &uploads)
{
    Q_EMIT changed(uploads);
    if (!m_retryRefusedKeys || m_stopping)
        return;
    for (const UploadSnapshot &upload : uploads) {
        const bool refusedKey =
            upload.state == UploadState::Failed && upload.error.kind == ErrorKind::Auth;
        if (refusedKey && !m_retried.contains(upload.key)) {
            m_retried.insert(upload.key);
            m_engine->retry(upload.key);
        }
    }
    // From here on a refused key is news.
    m_retryRefusedKeys = !m_restored;
}

bool Session::threadsLeft()
{
    return m_threadsLeft || !m_pool.waitForDone(kPatienceMs);
}

quint64 Session::add(const UploadRequest &request)
{
    const quint64 number = ++m_lastRequest;
    Asked &asked = m_unanswered[number];
    asked.request = request;
    if (Engine *running = engine()) {
        asked.profile = m_profile;
        m_requestOfEngine.insert(running->add(request), number);
    }
    return number;
}

/// What was asked for while there was no engine, or an earlier one of the same profile left
/// unanswered. What was meant for another service never goes to this one.
void Session::addWaiting()
{
    QList<std::pair<quint64, QString>> meantForOthers;
    for (auto &[number, asked] : m_unanswered) {
        if (asked.profile && *asked.profile != m_profile) {
            meantForOthers.append({number, asked.request.paths.value(0)});
            continue;
        }
        asked.profile = m_profile;
        m_requestOfEngine.insert(m_engine->add(asked.request), number);
    }
    for (const auto &[number, path] : meantForOthers) {
        m_unanswered.erase(number);
        ApiError error;
        error.kind = ErrorKind::Usage;
        error.message = tr("the connection was changed before it was queued; add it again");
        Q_EMIT refused(number, path, error);
    }
}

void Session::setLanes(int lanes)
{
    m_options.lanes = lanes;
    if (Engine *running = engine())
        running->setLanes(lanes);
}

void Session::setRateLimit(qint64 bytesPerSecond)
{
    m_options.rateLimit = bytesPerSecond;
    if (Engine *running = engine())
        running->setRateLimit(bytesPerSecond);
}

void Session::setLinePercent(int percent)
{
    m_options.linePercent = percent;
    if (Engine *running = engine())
        running->setLinePercent(percent);
}

void Session::setKeepsAwake(bool keepsAwake)
{
    m_machine->setKeepsAwake(keepsAwake);
}

QString Session::sandboxFilesDir() const
{
    return m_sandbox ? m_sandbox->filesDir() : QString();
}

void Session::stop()
{
    if (std::exchange(m_ending, true))
        return;
    ++m_attempt;
    if (!m_engine)
        QMetaObject::invokeMethod(this, &Session::stopped, Qt::QueuedConnection);
    else if (!std::exchange(m_stopping, true))
        m_engine->stop();
}

} // namespace longshore
