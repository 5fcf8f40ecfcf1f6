#include "curlpartreply.h"

#include "curlerrors.h"
#include "curltransfer.h"
#include "partaccessmanager.h"
#include "socketprogress.h"

#include <QPointer>

#include <algorithm>
#include <cstring>

namespace longshore {

namespace {

bool isRedirect(int status)
{
    return (status >= 301 && status <= 303) || status == 305 || status == 307 || status == 308;
}

} // namespace

CurlPartReply::CurlPartReply(QObject *parent, const QNetworkRequest &request,
                             std::unique_ptr<CurlTransfer> transfer)
    : QNetworkReply(parent)
    , m_transfer(std::move(transfer))
{
    setRequest(request);
    setUrl(request.url());
    setOperation(QNetworkAccessManager::PostOperation);
    setAttribute(PartAccessManager::AcknowledgedBytesAttribute, systemCountsUnacknowledgedBytes());
    setAttribute(QNetworkRequest::ConnectionEncryptedAttribute,
                 request.url().scheme() == QStringLiteral("https"));
    QIODevice::open(QIODevice::ReadOnly | QIODevice::Unbuffered);

    // Queued, because nobody may be told anything from inside of libcurl.
    CurlTransfer *const source = m_transfer.get();
    connect(source, &CurlTransfer::answered, this, &CurlPartReply::takeAnswer,
            Qt::QueuedConnection);
    connect(source, &CurlTransfer::done, this, &CurlPartReply::conclude, Qt::QueuedConnection);
    connect(source, &CurlTransfer::progressed, this, &CurlPartReply::report);
}

CurlPartReply::~CurlPartReply()
{
    dropTransfer();
}

void CurlPartReply::dropTransfer()
{
    if (m_transfer)
        CurlTransfer::discard(std::move(m_transfer));
}

void CurlPartReply::abort()
{
    end(OperationCanceledError, tr("Operation canceled"));
}

void CurlPartReply::close()
{
    abort();
    QNetworkReply::close();
}

qint64 CurlPartReply::bytesAvailable() const
{
    return QNetworkReply::bytesAvailable() + m_answer.size();
}

qint64 CurlPartReply::readData(char *data, qint64 maxSize)
{
    if (m_answer.isEmpty())
        return m_ended ? -1 : 0;
    const qint64 count = std::min<qint64>(maxSize, m_answer.size());
    std::memcpy(data, m_answer.constData(), static_cast<size_t>(count));
    m_answer.remove(0, count);
    return count;
}

void CurlPartReply::takeHead()
{
    const AnswerHead &head = m_transfer->head();
    m_headTaken = true;
    setAttribute(QNetworkRequest::HttpStatusCodeAttribute, head.status());
    setAttribute(QNetworkRequest::HttpReasonPhraseAttribute, QString::fromLatin1(head.reason()));
    for (const RawHeaderPair &header : head.headers())
        setRawHeader(header.first, header.second);
    if (isRedirect(head.status()) && hasRawHeader("Location")) {
        setAttribute(QNetworkRequest::RedirectionTargetAttribute,
                     QUrl::fromEncoded(rawHeader("Location")));
    }
    Q_EMIT metaDataChanged();
}

void CurlPartReply::takeAnswer()
{
    if (m_ended)
        return;
    const QPointer<CurlPartReply> self(this);
    if (!m_headTaken && m_transfer->head().isComplete()) {
        takeHead();
        if (!self || m_ended)
            return;
    }
    const QByteArray more = m_transfer->takeAnswer();
    if (more.isEmpty())
        return;
    m_answer += more;
    Q_EMIT readyRead();
}

void CurlPartReply::report(qint64 acknowledged)
{
    if (m_ended || acknowledged == m_reported || (acknowledged == 0 && m_reported < 0))
        return;
    m_reported = acknowledged;
    Q_EMIT uploadProgress(acknowledged, m_transfer->total());
}

void CurlPartReply::conclude()
{
    const QPointer<CurlPartReply> self(this);
    takeAnswer();
    if (!self || m_ended)
        return;
    report(m_transfer->acknowledged());
    if (!self || m_ended)
        return;
    const auto [error, text] = outcome();
    end(error, text);
}

std::pair<QNetworkReply::NetworkError, QString> CurlPartReply::outcome() const
{
    switch (m_transfer->fault()) {
    case CurlTransfer::Fault::None:
        break;
    case CurlTransfer::Fault::BadRequest:
        return {ProtocolInvalidOperationError, tr("A header of the request is not valid")};
    case CurlTransfer::Fault::BodyUnreadable:
        return {UnknownNetworkError, tr("The body could not be read")};
    case CurlTransfer::Fault::BodyTooShort:
        return {UnknownNetworkError, tr("The body is shorter than announced")};
    case CurlTransfer::Fault::BodyGone:
        return {UnknownNetworkError, tr("The body was closed while it was sent")};
    case CurlTransfer::Fault::AnswerTooLarge:
        return {ProtocolFailure,
                tr("The answer is larger than %1 bytes").arg(PartAccessManager::largestAnswer)};
    case CurlTransfer::Fault::HeadTooLarge:
        return {ProtocolFailure, tr("The head of the answer is too large")};
    }
    const AnswerHead &head = m_transfer->head();
    if (const NetworkError error = errorForStatus(head.isComplete() ? head.status() : 0)) {
        return {error,
                tr("Error transferring %1 - server replied: %2")
                    .arg(url().toString(), QString::fromLatin1(head.reason()))};
    }
    const CurlFailure &failure = m_transfer->failure();
    if (const NetworkError error = errorForCurl(failure))
        return {error, QString::fromLocal8Bit(failure.detail)};
    if (!head.isComplete())
        return {ProtocolFailure, tr("The answer has no status")};
    return {NoError, QString()};
}

void CurlPartReply::end(NetworkError error, const QString &text)
{
    if (m_ended)
        return;
    m_ended = true;
    dropTransfer();
    const QPointer<CurlPartReply> self(this);
    if (error != NoError) {
        setError(error, text);
        Q_EMIT errorOccurred(error);
        if (!self)
            return;
    }
    setFinished(true);
    Q_EMIT readChannelFinished();
    if (self)
        Q_EMIT finished();
}

} // namespace longshore
