#include "platform/keychain.h"

#include "platform/keychaintext.h"
#ifdef LONGSHORE_KEYCHAIN_ON_BUS
#include "platform/keychainservice.h"

#include <QDBusConnection>
#endif

#include <qt6keychain/keychain.h>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QLatin1StringView kServiceName = "Longshore"_L1;

#ifdef LONGSHORE_KEYCHAIN_ON_BUS
/// For the service to be started by the bus and to answer a question that needs no password. Far
/// more than a loaded machine takes.
constexpr std::chrono::milliseconds kPatience = 20s;
#endif

} // namespace

#ifdef LONGSHORE_KEYCHAIN_ON_BUS
Keychain::Keychain(QObject *parent)
    : Keychain(QDBusConnection::sessionBus(), kPatience, parent)
{
}

Keychain::Keychain(const QDBusConnection &bus, std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_service(std::make_unique<KeychainService>(bus, patience))
{
}
#else
Keychain::Keychain(QObject *parent)
    : QObject(parent)
{
}
#endif

Keychain::~Keychain() = default;

void Keychain::read(const QString &account, QObject *context, Callback callback)
{
    enqueue({Kind::Read, account, {}, context, std::move(callback)});
}

void Keychain::write(const QString &account, const QString &secret, QObject *context,
                     Callback callback)
{
    enqueue({Kind::Write, account, secret, context, std::move(callback)});
}

void Keychain::remove(const QString &account, QObject *context, Callback callback)
{
    enqueue({Kind::Remove, account, {}, context, std::move(callback)});
}

void Keychain::enqueue(const Request &request)
{
    Q_ASSERT(request.context);
    m_requests.push(request);
    if (m_requests.size() == 1)
        startNext();
}

void Keychain::startNext()
{
    while (!m_requests.empty() && m_requests.front().kind == Kind::Read
           && !m_requests.front().context)
        m_requests.pop();
    if (m_requests.empty())
        return;
#ifdef LONGSHORE_KEYCHAIN_ON_BUS
    m_service->check([this](const QString &problem) {
        if (problem.isEmpty())
            startJob();
        else
            finish({Entry::Unavailable, {}, problem});
    });
#else
    startJob();
#endif
}

void Keychain::startJob()
{
    const Request &request = m_requests.front();
    // The job owns itself: the library may not be told to stop in the middle of one, and uses it
    // until it has finished.
    QKeychain::Job *job = nullptr;
    switch (request.kind) {
    case Kind::Read:
        job = new QKeychain::ReadPasswordJob(kServiceName);
        break;
    case Kind::Write: {
        auto *write = new QKeychain::WritePasswordJob(kServiceName);
        write->setTextData(request.secret);
        job = write;
        break;
    }
    case Kind::Remove:
        job = new QKeychain::DeletePasswordJob(kServiceName);
        break;
    }
    job->setAutoDelete(true);
    // Else the library would keep secrets in a plain-text file where there is no keychain.
    job->setInsecureFallback(false);
    job->setKey(request.account);
    connect(job, &QKeychain::Job::finished, this, &Keychain::takeFinished);
    job->start();
}

void Keychain::takeFinished(QKeychain::Job *job)
{
    const Kind kind = m_requests.front().kind;
    Answer answer;
    switch (job->error()) {
    case QKeychain::NoError:
        answer.entry = kind == Kind::Remove ? Entry::NotFound : Entry::Found;
        if (const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(job))
            answer.secret = read->textData();
        break;
    case QKeychain::EntryNotFound:
        answer.entry = Entry::NotFound;
        break;
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        answer.problem = tr("The keychain refused access: %1").arg(quotedText(job->errorString()));
        break;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        answer.problem = tr("There is no keychain: %1").arg(quotedText(job->errorString()));
        break;
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        answer.problem =
            tr("The keychain reports a problem: %1").arg(quotedText(job->errorString()));
        break;
    }
#ifdef LONGSHORE_KEYCHAIN_ON_BUS
    // A keychain that stayed locked answers as if it were empty.
    if (answer.entry == Entry::NotFound) {
        m_service->checkLocked([this](bool locked) {
            if (locked)
                finish({Entry::Unavailable, {}, tr("The keychain is locked.")});
            else
                finish({Entry::NotFound, {}, {}});
        });
        return;
    }
#endif
    finish(answer);
}

void Keychain::finish(const Answer &answer)
{
    const Request request = std::move(m_requests.front());
    m_requests.pop();
    startNext();
    // Last, because it may destroy this object.
    if (request.context)
        request.callback(answer);
}

} // namespace longshore
