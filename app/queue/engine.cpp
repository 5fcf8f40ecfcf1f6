#include "queue/engine.h"

#include "queue/enginecore.h"

namespace longshore {

Engine::Engine(const EngineSettings &settings, QObject *parent)
    : QObject(parent)
    , m_core(new EngineCore(settings))
    , m_commands(new Mailbox(m_core))
{
    m_thread.setObjectName(QStringLiteral("engine"));
    m_core->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_core, &QObject::deleteLater);
    forward(&EngineCore::queued, &Engine::queued);
    forward(&EngineCore::refused, &Engine::refused);
    forward(&EngineCore::happened, &Engine::happened);
    forward(&EngineCore::changed, &Engine::changed);
    forward(&EngineCore::orderChanged, &Engine::orderChanged);
    forward(&EngineCore::planned, &Engine::planned);
    forward(&EngineCore::partsChanged, &Engine::partsChanged);
    forward(&EngineCore::restored, &Engine::restored);
    forward(&EngineCore::journalProblem, &Engine::journalProblem);
    forward(&EngineCore::journalRecovered, &Engine::journalRecovered);
    forward(&EngineCore::journalNotice, &Engine::journalNotice);
    forward(&EngineCore::stopped, &Engine::onStopped);
    forward(&EngineCore::published, &Engine::onPublished);
    m_thread.start();
    post([](EngineCore &core) { core.init(); });
}

Engine::~Engine()
{
    // Before its event loop ends, so that what is deleted later is deleted.
    QMetaObject::invokeMethod(m_core, "stop", Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

/// A signal of the core becomes one of ours, in our thread.
template <typename... Arguments>
void Engine::forward(void (EngineCore::*from)(Arguments...), void (Engine::*to)(Arguments...))
{
    connect(
        m_core, from, m_core,
        [this, to](Arguments... arguments) {
            m_news.post([this, to, arguments...] { (this->*to)(arguments...); });
        },
        Qt::DirectConnection);
}

template <typename Command> void Engine::post(Command command)
{
    m_commands->post([core = m_core, command = std::move(command)] { command(*core); });
}

void Engine::onPublished()
{
    post([](EngineCore &core) { core.onPublicationRead(); });
}

void Engine::onStopped(bool threadsLeft)
{
    m_threadsLeft = threadsLeft;
    Q_EMIT stopped();
}

quint64 Engine::add(const UploadRequest &request)
{
    const quint64 number = ++m_lastRequest;
    post([number, request](EngineCore &core) { core.add(number, request); });
    return number;
}

void Engine::restoreAll()
{
    post([](EngineCore &core) { core.restoreAll(); });
}

void Engine::pause(const QString &key)
{
    post([key](EngineCore &core) { core.pause(key); });
}

void Engine::resume(const QString &key)
{
    post([key](EngineCore &core) { core.resume(key); });
}

void Engine::pauseAll()
{
    post([](EngineCore &core) { core.pauseAll(); });
}

void Engine::resumeAll()
{
    post([](EngineCore &core) { core.resumeAll(); });
}

void Engine::cancel(const QString &key)
{
    post([key](EngineCore &core) { core.cancel(key); });
}

void Engine::cancelAll()
{
    post([](EngineCore &core) { core.cancelAll(); });
}

void Engine::retry(const QString &key)
{
    post([key](EngineCore &core) { core.retry(key); });
}

void Engine::completeAgain(const QString &key)
{
    post([key](EngineCore &core) { core.completeAgain(key); });
}

void Engine::told(const QString &key)
{
    post([key](EngineCore &core) { core.told(key); });
}

void Engine::startAgain(const QString &key)
{
    post([key](EngineCore &core) { core.startAgain(key); });
}

void Engine::retryAll()
{
    post([](EngineCore &core) { core.retryAll(); });
}

void Engine::retryNow()
{
    post([](EngineCore &core) { core.retryNow(); });
}

void Engine::setOnline(bool online)
{
    post([online](EngineCore &core) { core.setOnline(online); });
}

void Engine::dropConnections()
{
    post([](EngineCore &core) { core.dropConnections(); });
}

void Engine::moveTo(const QString &key, int position)
{
    post([key, position](EngineCore &core) { core.moveTo(key, position); });
}

void Engine::moveAllTo(const QStringList &keys, int position)
{
    post([keys, position](EngineCore &core) { core.moveAllTo(keys, position); });
}

void Engine::setHold(const QString &key, bool hold, HoldEnd end)
{
    post([key, hold, end](EngineCore &core) { core.setHold(key, hold, end); });
}

void Engine::setDetails(const QString &key, const QString &purpose, const QString &mimeType)
{
    post([key, purpose, mimeType](EngineCore &core) { core.setDetails(key, purpose, mimeType); });
}

void Engine::setOrder(const QString &key, const QList<int> &order)
{
    post([key, order](EngineCore &core) { core.setOrder(key, order); });
}

void Engine::complete(const QString &key)
{
    post([key](EngineCore &core) { core.complete(key); });
}

void Engine::skipChecksum(const QString &key)
{
    post([key](EngineCore &core) { core.skipChecksum(key); });
}

void Engine::remove(const QString &key)
{
    post([key](EngineCore &core) { core.remove(key); });
}

void Engine::setLanes(int lanes)
{
    post([lanes](EngineCore &core) { core.setLanes(lanes); });
}

void Engine::setRateLimit(qint64 bytesPerSecond)
{
    post([bytesPerSecond](EngineCore &core) { core.setRateLimit(bytesPerSecond); });
}

void Engine::setLinePercent(int percent)
{
    post([percent](EngineCore &core) { core.setLinePercent(percent); });
}

void Engine::watchParts(const QString &key)
{
    post([key](EngineCore &core) { core.watchParts(key); });
}

void Engine::stop()
{
    post([](EngineCore &core) { core.stop(); });
}

} // namespace longshore
