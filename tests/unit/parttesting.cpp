#include "parttesting.h"

#include <QCoreApplication>
#include <QFile>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QSslCertificate>

#include <algorithm>
#include <cstring>
#include <random>

using longshore::PartAccessManager;

namespace {

// Longer than anything takes on a machine that is busy; reached by a hang only.
constexpr int hangTimeout = 60'000;

// The tests mean the same on a machine that is behind a proxy.
void forgetSystemProxies()
{
    QNetworkProxyFactory::setUseSystemConfiguration(false);
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(forgetSystemProxies)

ScriptedBody::ScriptedBody(QByteArray content, QObject *parent)
    : QIODevice(parent)
    , m_content(std::move(content))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool ScriptedBody::seek(qint64 position)
{
    if (position == 0)
        ++m_seeksToStart;
    return QIODevice::seek(position);
}

void ScriptedBody::allow(qint64 bytes)
{
    m_allowed = bytes;
    Q_EMIT readyRead();
}

qint64 ScriptedBody::readData(char *data, qint64 maxSize)
{
    if (onRead)
        onRead();
    const qint64 from = pos();
    if (from >= m_failFrom)
        return -1;
    const qint64 end = std::min({qint64{m_content.size()}, m_allowed, m_failFrom});
    const qint64 count = std::min({maxSize, m_largestRead, std::max<qint64>(0, end - from)});
    if (count == 0) {
        ++m_emptyReads;
        return 0;
    }
    std::memcpy(data, m_content.constData() + from, static_cast<size_t>(count));
    m_furthest = std::max(m_furthest, from + count);
    return count;
}

QByteArray randomBytes(qsizetype size, quint32 seed)
{
    std::mt19937 engine(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(engine() & 0xff);
    return bytes;
}

QNetworkRequest partRequest(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setAttribute(PartAccessManager::PartBodyAttribute, true);
    request.setRawHeader("Authorization", "Bearer sk-test");
    request.setHeader(QNetworkRequest::ContentTypeHeader,
                      QStringLiteral("multipart/form-data; boundary=xyz"));
    return request;
}

QSslConfiguration trusting(const QString &authority)
{
    QFile file(QStringLiteral(TRANSPORT_TEST_DATA "/%1.pem").arg(authority));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (file.open(QIODevice::ReadOnly))
        configuration.setCaCertificates({QSslCertificate(file.readAll())});
    return configuration;
}

ReplyWatch::ReplyWatch(QNetworkReply *reply)
{
    connect(reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64 total) {
        count();
        // Qt's last signal is no progress (QTBUG-44782).
        if (withCurl || sent > 0 || total > 0)
            m_progress.append(sent);
    });
    connect(reply, &QNetworkReply::errorOccurred, this, [this] {
        count();
        ++m_errors;
    });
    connect(reply, &QNetworkReply::metaDataChanged, this, &ReplyWatch::count);
    connect(reply, &QIODevice::readyRead, this, &ReplyWatch::count);
    connect(reply, &QNetworkReply::finished, this, [this] {
        count();
        ++m_finished;
        Q_EMIT finished();
    });
    connect(reply, &QObject::destroyed, this, [this] { m_destroyed = true; });
}

void ReplyWatch::count()
{
    if (m_finished > 0)
        ++m_afterFinished;
}

bool ReplyWatch::waitForFinished()
{
    QSignalSpy spy(this, &ReplyWatch::finished);
    return m_finished > 0 || spy.wait(hangTimeout);
}

int statusOf(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}
