#include "support/fakeaccessmanager.h"

#include <QIODevice>
#include <QTimer>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Qt's own block for a request's body.
constexpr qint64 kBlockBytes = qint64{16} * 1024;

/// As Qt's HTTP does it.
QNetworkReply::NetworkError errorOfStatus(int status)
{
    switch (status) {
    case 400:
        return QNetworkReply::ProtocolInvalidOperationError;
    case 401:
        return QNetworkReply::AuthenticationRequiredError;
    case 403:
        return QNetworkReply::ContentAccessDenied;
    case 404:
        return QNetworkReply::ContentNotFoundError;
    case 405:
        return QNetworkReply::ContentOperationNotPermittedError;
    case 407:
        return QNetworkReply::ProxyAuthenticationRequiredError;
    case 409:
        return QNetworkReply::ContentConflictError;
    case 410:
        return QNetworkReply::ContentGoneError;
    case 418:
        return QNetworkReply::ProtocolInvalidOperationError;
    case 500:
        return QNetworkReply::InternalServerError;
    case 501:
        return QNetworkReply::OperationNotImplementedError;
    case 503:
        return QNetworkReply::ServiceUnavailableError;
    default:
        break;
    }
    if (status > 500)
        return QNetworkReply::UnknownServerError;
    return status >= 400 ? QNetworkReply::UnknownContentError : QNetworkReply::NoError;
}

QByteArray verbOf(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    switch (operation) {
    case QNetworkAccessManager::HeadOperation:
        return "HEAD"_ba;
    case QNetworkAccessManager::GetOperation:
        return "GET"_ba;
    case QNetworkAccessManager::PutOperation:
        return "PUT"_ba;
    case QNetworkAccessManager::PostOperation:
        return "POST"_ba;
    case QNetworkAccessManager::DeleteOperation:
        return "DELETE"_ba;
    case QNetworkAccessManager::CustomOperation:
        return request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
    case QNetworkAccessManager::UnknownOperation:
        break;
    }
    return {};
}

QString callOf(const QString &path)
{
    if (path.endsWith("/uploads"_L1))
        return u"create"_s;
    if (path.contains("/uploads/"_L1)) {
        if (path.endsWith("/parts"_L1))
            return u"part"_s;
        if (path.endsWith("/complete"_L1))
            return u"complete"_s;
        if (path.endsWith("/cancel"_L1))
            return u"cancel"_s;
    }
    if (path.endsWith("/files"_L1))
        return u"files"_s;
    if (path.contains("/files/"_L1))
        return u"file"_s;
    return u"other"_s;
}

} // namespace

FakeReply::FakeReply(FakeAccessManager &service, qsizetype index, QIODevice *outgoing)
    : QNetworkReply(&service)
    , m_service(service)
    , m_index(index)
    , m_outgoing(outgoing)
    , m_hadBody(outgoing != nullptr)
{
    const FakeRequest &request = service.m_requests.at(index);
    setRequest(request.request);
    setUrl(request.request.url());
    for (auto it = service.m_replyAttributes.begin(); it != service.m_replyAttributes.end(); ++it)
        setAttribute(it.key(), it.value());
    setOpenMode(QIODevice::ReadOnly | QIODevice::Unbuffered);
    if (outgoing) {
        connect(outgoing, &QIODevice::readyRead, this, &FakeReply::readBody);
        connect(outgoing, &QObject::destroyed, this, &FakeReply::readBody, Qt::QueuedConnection);
    }
}

FakeReply::~FakeReply()
{
    if (!m_ended)
        m_service.ended(m_index);
}

void FakeReply::answer(const FakeAnswer &answer)
{
    m_asked = true;
    m_service.hold(m_index, answer.held);
    if (!answer.held)
        QTimer::singleShot(0, this, [this, answer] { deliver(answer); });
}

void FakeReply::readMore(qint64 bytes)
{
    m_readLimit = bytes < std::numeric_limits<qint64>::max() - m_readLimit
        ? m_readLimit + bytes
        : std::numeric_limits<qint64>::max();
    QTimer::singleShot(0, this, &FakeReply::readBody);
}

void FakeReply::abort()
{
    end(OperationCanceledError, u"Operation canceled"_s);
}

qint64 FakeReply::bytesAvailable() const
{
    return m_content.size() - m_contentRead + QNetworkReply::bytesAvailable();
}

qint64 FakeReply::readData(char *data, qint64 maxSize)
{
    const qint64 bytes = std::min(maxSize, m_content.size() - m_contentRead);
    if (bytes == 0 && m_ended)
        return -1;
    std::copy_n(m_content.constData() + m_contentRead, bytes, data);
    m_contentRead += bytes;
    return bytes;
}

void FakeReply::readBody()
{
    if (m_ended)
        return;
    const qint64 size = m_service.m_requests.at(m_index).bodySize;
    const qint64 left = std::min(m_readLimit, size) - m_bodyBytes;
    if (m_hadBody && left > 0) {
        QByteArray block(std::min(left, kBlockBytes), Qt::Uninitialized);
        const qint64 bytes = m_outgoing ? m_outgoing->read(block.data(), block.size()) : -1;
        if (bytes < 0 || (bytes == 0 && m_outgoing->pos() >= m_outgoing->size())) {
            // Qt too reports a device's error as an unknown one.
            end(UnknownNetworkError, u"Unknown error"_s);
            return;
        }
        if (bytes == 0)
            return; // on at readyRead()
        m_service.m_requests[m_index].body.append(block.constData(), bytes);
        m_bodyBytes += bytes;
        m_service.m_bodyBytes += bytes;
        const QPointer<FakeReply> self(this);
        Q_EMIT uploadProgress(m_bodyBytes, size);
        if (self && !m_ended)
            QTimer::singleShot(0, this, &FakeReply::readBody);
        return;
    }
    if (!m_asked)
        bodyRead();
}

void FakeReply::bodyRead()
{
    m_asked = true;
    // By value: the handler may make further requests, which moves the records.
    const FakeRequest request = m_service.m_requests.at(m_index);
    const QPointer<FakeReply> self(this);
    const FakeAnswer decided = m_service.m_handler(request);
    if (self && !m_ended)
        answer(decided);
}

void FakeReply::deliver(const FakeAnswer &answer)
{
    if (m_ended)
        return;
    if (answer.status > 0) {
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, answer.status);
        for (const RawHeaderPair &header : answer.headers) {
            setRawHeader(header.first, header.second);
            if (header.first.compare("location", Qt::CaseInsensitive) == 0
                && answer.status / 100 == 3) {
                setAttribute(QNetworkRequest::RedirectionTargetAttribute,
                             QUrl::fromEncoded(header.second));
            }
        }
        m_content = answer.body;
        const QPointer<FakeReply> self(this);
        Q_EMIT metaDataChanged();
        if (self && !m_ended && !m_content.isEmpty())
            Q_EMIT readyRead();
        if (!self || m_ended)
            return;
    }
    if (answer.networkError != NoError)
        end(answer.networkError, answer.errorText);
    else
        end(errorOfStatus(answer.status), u"Status %1"_s.arg(answer.status));
}

void FakeReply::end(NetworkError error, const QString &text)
{
    if (m_ended)
        return;
    m_ended = true;
    m_service.ended(m_index);
    const QPointer<FakeReply> self(this);
    if (error != NoError) {
        setError(error, text);
        Q_EMIT errorOccurred(error);
    }
    if (!self)
        return;
    setFinished(true);
    Q_EMIT finished();
}

FakeAccessManager::FakeAccessManager(Handler handler, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_handler(std::move(handler))
{
}

FakeAccessManager::~FakeAccessManager()
{
    // They refer to this object's members, which are gone when QObject deletes its children.
    qDeleteAll(findChildren<FakeReply *>(Qt::FindDirectChildrenOnly));
}

QList<FakeRequest> FakeAccessManager::requests(const QString &call) const
{
    QList<FakeRequest> found;
    std::copy_if(m_requests.begin(), m_requests.end(), std::back_inserter(found),
                 [&call](const FakeRequest &request) { return request.call == call; });
    return found;
}

int FakeAccessManager::countPath(const QString &path) const
{
    return static_cast<int>(
        std::count_if(m_requests.begin(), m_requests.end(),
                      [&path](const FakeRequest &request) { return request.path == path; }));
}

int FakeAccessManager::pending(const QString &call) const
{
    return m_pending.value(call);
}

QList<FakeReply *> FakeAccessManager::held(const QString &call) const
{
    QList<FakeReply *> replies;
    for (const qsizetype index : m_held) {
        const FakeRequest &request = m_requests.at(index);
        if (request.reply && (call.isEmpty() || request.call == call))
            replies.append(request.reply);
    }
    return replies;
}

QNetworkReply *FakeAccessManager::createRequest(Operation operation, const QNetworkRequest &request,
                                                QIODevice *outgoingData)
{
    FakeRequest record;
    record.verb = verbOf(operation, request);
    record.request = request;
    record.path = request.url().path();
    record.call = callOf(record.path);
    record.number = static_cast<int>(m_requests.size()) + 1;
    record.nth = count(record.call) + 1;
    record.hasBody = outgoingData != nullptr;
    if (outgoingData) {
        const QVariant length = request.header(QNetworkRequest::ContentLengthHeader);
        record.bodySize = length.isValid() ? length.toLongLong() : outgoingData->size();
    }
    const qsizetype index = m_requests.size();
    m_requests.append(record);
    auto *reply = new FakeReply(*this, index, outgoingData);
    m_requests[index].reply = reply;
    for (const QString &key : {QString(), record.call}) {
        const int now = ++m_pending[key];
        m_peak[key] = std::max(m_peak.value(key), now);
    }
    const qint64 limit = m_bodyLimit ? m_bodyLimit(record) : -1;
    reply->readMore(limit < 0 ? std::numeric_limits<qint64>::max() : limit);
    return reply;
}

void FakeAccessManager::ended(qsizetype index)
{
    hold(index, false);
    --m_pending[QString()];
    --m_pending[m_requests.at(index).call];
}

void FakeAccessManager::hold(qsizetype index, bool held)
{
    m_held.removeAll(index);
    if (held)
        m_held.append(index);
}

} // namespace longshore
