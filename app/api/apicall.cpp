#include "api/apicall.h"

#include "api/answers.h"

#include <QNetworkReply>
#include <QNetworkRequest>

#include <utility>

namespace longshore {

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
    raw.oversized = m_oversized;
    Q_EMIT finished(understand(raw, QDateTime::currentDateTimeUtc()));
}

} // namespace longshore
