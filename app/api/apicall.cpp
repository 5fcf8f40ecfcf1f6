#include "api/apicall.h"

#include "api/answers.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <utility>

namespace longshore {

namespace {

/// What the request carried that must not be seen again.
Secrets secretsOf(const QNetworkReply &reply)
{
    Secrets secrets;
    const QNetworkRequest request = reply.request();
    secrets.add(request.rawHeader("api-key"));
    const QByteArray authorization = request.rawHeader("Authorization");
    secrets.add(authorization.mid(authorization.indexOf(' ') + 1));
    if (const QNetworkAccessManager *manager = reply.manager()) {
        const QNetworkProxy proxy = manager->proxy();
        // First as it travels, of which the password's own base64 is the middle.
        if (!proxy.password().isEmpty())
            secrets.add((proxy.user() + u':' + proxy.password()).toUtf8().toBase64());
        secrets.add(proxy.password().toUtf8());
    }
    return secrets;
}

} // namespace

ApiCall::ApiCall(QNetworkReply *reply, QObject *parent)
    : QObject(parent)
    , m_reply(reply)
{
    connect(reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64 total) {
        if (total > 0) // the last one is (0, 0): QTBUG-44782
            Q_EMIT progressed(sent);
    });
    if (reply->isFinished()) {
        QMetaObject::invokeMethod(this, &ApiCall::finish, Qt::QueuedConnection);
        return;
    }
    connect(reply, &QNetworkReply::readyRead, this, &ApiCall::readSome);
    connect(reply, &QNetworkReply::finished, this, &ApiCall::finish);
}

ApiCall::~ApiCall()
{
    QNetworkReply *reply = m_reply;
    if (!reply)
        return;
    // abort() emits finished() before it returns.
    reply->disconnect(this);
    if (reply->isRunning())
        reply->abort();
    reply->deleteLater();
}

void ApiCall::read(QNetworkReply &reply)
{
    // One byte more than may come shows that too much came.
    m_body += reply.read(kMaxAnswerBytes + 1 - m_body.size());
    if (m_body.size() > kMaxAnswerBytes) {
        m_oversized = true;
        m_body.clear();
    }
}

void ApiCall::readSome()
{
    QNetworkReply *reply = m_reply;
    if (!reply || m_oversized)
        return;
    read(*reply);
    if (m_oversized)
        reply->abort(); // emits finished(), in which this may be destroyed
}

void ApiCall::finish()
{
    QNetworkReply *reply = m_reply;
    if (!reply)
        return;
    m_reply = nullptr;
    if (!m_oversized && reply->bytesAvailable() > 0)
        read(*reply);
    reply->disconnect(this);
    reply->deleteLater();

    RawAnswer raw;
    raw.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    raw.networkError = reply->error();
    raw.networkErrorText = reply->errorString();
    raw.headers = reply->rawHeaderPairs();
    raw.body = std::exchange(m_body, {});
    // Qt's own HTTP ends too large an answer so, when it is told to abort in the middle.
    raw.oversized = m_oversized
        || (raw.networkError == QNetworkReply::OperationCanceledError && raw.status > 0);
    raw.secrets = secretsOf(*reply);
    Q_EMIT finished(understand(raw, QDateTime::currentDateTimeUtc()));
}

} // namespace longshore
