#include "session/connectiontest.h"

#include "api/cabundle.h"
#include "transfer/pooltask.h"

#include <QNetworkReply>
#include <QThreadPool>
#include <QUrlQuery>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// How long the system may think about its proxies; then the test goes on without one, as uploads
/// do, and still has time for an answer.
constexpr std::chrono::seconds kProxyPatience{8};

struct Certificates
{
    QList<QSslCertificate> list;
    QString problem;
};

QUrlQuery oneFile()
{
    QUrlQuery query;
    query.addQueryItem(u"limit"_s, u"1"_s);
    return query;
}

bool isWebPage(const QNetworkReply &reply)
{
    const QByteArray type = reply.rawHeader("Content-Type").toLower().trimmed();
    return type.startsWith("text/html") || type.startsWith("application/xhtml");
}

QUrl redirectTarget(const QNetworkReply &reply)
{
    const QUrl location = QUrl::fromEncoded(reply.rawHeader("Location"));
    return location.isEmpty() || !location.isValid() ? QUrl() : reply.url().resolved(location);
}

} // namespace

ConnectionTest::Settings::Settings()
{
    proxies.patience = kProxyPatience;
}

ConnectionTest::ConnectionTest(QThreadPool &pool, QObject *parent)
    : ConnectionTest(pool, Settings(), parent)
{
}

ConnectionTest::ConnectionTest(QThreadPool &pool, const Settings &settings, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_settings(settings)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        finish(diagnoseSilence(m_evidence,
                               std::chrono::ceil<std::chrono::seconds>(m_settings.timeout)));
    });
    m_delivery.setSingleShot(true);
    connect(&m_delivery, &QTimer::timeout, this, &ConnectionTest::deliver);
    connect(&m_manager, &QNetworkAccessManager::sslErrors, this,
            [this](const QNetworkReply *reply, const QList<QSslError> &errors) {
                if (reply == m_reply)
                    m_evidence.tlsErrors = errors;
            });
}

ConnectionTest::~ConnectionTest() = default;

void ConnectionTest::start(const Profile &profile, const QByteArray &key)
{
    cancel();
    m_running = true;
    m_evidence = {};
    m_evidence.profile = profile;
    m_endpoint = endpointOf(profile, key);
    m_patience.start(m_settings.timeout);

    QString problem = profile.problem();
    if (problem.isEmpty())
        problem = m_endpoint.problem();
    if (!problem.isEmpty()) {
        finish(failedConnection(problem));
        return;
    }
    // A connection or a password that an earlier test left behind would be tested in its place.
    m_manager.clearAccessCache();
    m_evidence.requestUrl = m_endpoint.request(u"files"_s).url();
    if (profile.caFile.isEmpty())
        lookUpProxy();
    else
        readCertificates(profile.caFile);
}

void ConnectionTest::cancel()
{
    m_running = false;
    m_patience.stop();
    m_delivery.stop();
    m_reading.reset();
    m_lookup.reset();
    m_call.reset();
    m_endpoint = {};
}

void ConnectionTest::readCertificates(const QString &path)
{
    m_reading = std::make_unique<QObject>();
    runInPool(
        m_pool, m_reading.get(),
        [path] {
            Certificates read;
            read.list = readCaBundle(path, &read.problem);
            return read;
        },
        [this](const Certificates &read) {
            if (!read.problem.isEmpty()) {
                finish(failedConnection(read.problem,
                                        tr("Choose another file under “Certificates”.")));
                return;
            }
            m_endpoint.caCertificates = read.list;
            lookUpProxy();
        });
}

void ConnectionTest::lookUpProxy()
{
    m_lookup = std::make_unique<ProxyLookup>(m_endpoint.baseUrl, m_pool, m_settings.proxies);
    connect(m_lookup.get(), &ProxyLookup::found, this,
            [this](const QNetworkProxy &proxy, const QString &problem) {
                if (!problem.isEmpty()) {
                    finish(failedConnection(
                        problem, tr("Correct the setting and start the program again.")));
                    return;
                }
                m_evidence.proxy = proxy;
                m_manager.setProxy(proxy);
                sendRequest();
            });
}

void ConnectionTest::sendRequest()
{
    m_reply = m_manager.get(m_endpoint.request(u"files"_s, oneFile()));
    m_call = std::make_unique<ApiCall>(m_reply);
    connect(m_call.get(), &ApiCall::finished, this, &ConnectionTest::conclude);
}

void ConnectionTest::conclude(const ApiAnswer &answer)
{
    m_evidence.answer = answer;
    // The call lets go of the reply only when the event loop is back.
    if (m_reply) {
        m_evidence.webPage = isWebPage(*m_reply);
        m_evidence.redirectTarget = redirectTarget(*m_reply);
    }
    finish(diagnose(m_evidence));
}

void ConnectionTest::finish(const ConnectionResult &result)
{
    m_patience.stop();
    m_result = result;
    // Not from inside a signal of what cancel() destroys.
    m_delivery.start(0);
}

void ConnectionTest::deliver()
{
    cancel();
    // A slot may destroy this object before the next one gets the result.
    const ConnectionResult result = m_result;
    Q_EMIT finished(result);
}

} // namespace longshore
