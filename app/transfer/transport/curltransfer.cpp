#include "curltransfer.h"

#include "curlmulti.h"
#include "partaccessmanager.h"
#include "socketprogress.h"

#include <QIODevice>

#include <algorithm>

namespace longshore {

CurlTransfer::CurlTransfer(const QNetworkRequest &request, QIODevice *body,
                           const QNetworkProxy &proxy, const QByteArray &certificates)
    : m_body(body)
    , m_certificates(certificates)
    , m_headers(headersFor(request))
    , m_easy(curl_easy_init())
    , m_start(body->pos())
    , m_total(std::max<qint64>(0, body->size() - body->pos()))
{
    Q_CHECK_PTR(m_easy.get());
    const QVariant length = request.header(QNetworkRequest::ContentLengthHeader);
    if (length.isValid())
        m_total = std::max<qint64>(0, length.toLongLong());
    if (!m_headers)
        m_fault = Fault::BadRequest;
    else if (!body->isReadable())
        m_fault = Fault::BodyUnreadable;
    m_throughProxy = proxy.type() != QNetworkProxy::NoProxy;
    prepareRequest(m_easy.get(), request, m_certificates);
    setCurlProxy(m_easy.get(), proxy);
    setCallbacks();

    connect(body, &QIODevice::readyRead, this, &CurlTransfer::bodyReady);
    connect(body, &QIODevice::aboutToClose, this, &CurlTransfer::bodyLost);
    connect(body, &QObject::destroyed, this, &CurlTransfer::bodyLost);
}

CurlTransfer::~CurlTransfer() = default;

void CurlTransfer::setCallbacks()
{
    CURL *const easy = m_easy.get();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_errorText);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{m_total});

    const curl_read_callback read = [](char *buffer, size_t size, size_t count, void *self) {
        return static_cast<CurlTransfer *>(self)->readBody(buffer, size * count);
    };
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, read);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);

    const curl_write_callback write = [](char *data, size_t size, size_t count, void *self) {
        return static_cast<CurlTransfer *>(self)->writeAnswer(data, size * count);
    };
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);

    const curl_write_callback header = [](char *data, size_t size, size_t count, void *self) {
        return static_cast<CurlTransfer *>(self)->addHeaderLine(data, size * count);
    };
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);

    const curl_seek_callback seek = [](void *self, curl_off_t offset, int) {
        return static_cast<CurlTransfer *>(self)->rewindTo(offset) ? CURL_SEEKFUNC_OK
                                                                   : CURL_SEEKFUNC_FAIL;
    };
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);

    // When libcurl resends after it has read from us but sent nothing of it, it does not seek.
    const curl_prereq_callback begin = [](void *self, char *, char *, int, int) {
        return static_cast<CurlTransfer *>(self)->rewindTo(0) ? CURL_PREREQFUNC_OK
                                                              : CURL_PREREQFUNC_ABORT;
    };
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begin);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);

    const curl_sockopt_callback opened = [](void *, curl_socket_t socket, curlsocktype purpose) {
        if (purpose == CURLSOCKTYPE_IPCXN)
            limitUnsentBytes(socket);
        return CURL_SOCKOPT_OK;
    };
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, opened);
}

void CurlTransfer::start(CurlMulti &multi)
{
    m_multi = &multi;
    multi.start(this);
}

void CurlTransfer::discard(std::unique_ptr<CurlTransfer> transfer)
{
    transfer->detach();
    if (CurlMulti *const multi = transfer->m_multi)
        multi->discard(std::move(transfer));
}

void CurlTransfer::detach()
{
    m_detached = true;
    disconnect();
    if (m_body)
        disconnect(m_body, nullptr, this, nullptr);
}

size_t CurlTransfer::fail(Fault fault)
{
    if (m_fault == Fault::None)
        m_fault = fault;
    return CURL_READFUNC_ABORT;
}

size_t CurlTransfer::readBody(char *buffer, size_t room)
{
    if (m_detached || m_fault != Fault::None)
        return CURL_READFUNC_ABORT;
    const qint64 wanted = std::min(static_cast<qint64>(room), m_total - m_read);
    if (wanted <= 0)
        return 0;
    QIODevice *const body = m_body.data();
    if (!body || !body->isReadable())
        return fail(Fault::BodyGone);
    const qint64 count = body->read(buffer, wanted);
    if (m_detached || m_fault != Fault::None)
        return CURL_READFUNC_ABORT;
    if (count < 0)
        return fail(Fault::BodyUnreadable);
    if (count == 0) {
        if (!m_body || body->pos() >= body->size())
            return fail(Fault::BodyTooShort);
        m_paused = true;
        return CURL_READFUNC_PAUSE;
    }
    m_read += count;
    if (CurlMulti *const multi = m_multi.data())
        multi->watchProgress();
    return static_cast<size_t>(count);
}

void CurlTransfer::bodyReady()
{
    // Also when it comes out of our own read(): the answer to that read may still be 0 bytes.
    if (m_multi)
        m_multi->resume(this);
}

void CurlTransfer::resume()
{
    if (!std::exchange(m_paused, false))
        return;
    curl_easy_pause(m_easy.get(), CURLPAUSE_CONT);
}

void CurlTransfer::bodyLost()
{
    if (m_read >= m_total)
        return;
    fail(Fault::BodyGone);
    if (m_multi)
        m_multi->endFaulty(this);
}

bool CurlTransfer::rewindTo(qint64 offset)
{
    if (m_read == offset)
        return true;
    m_read = offset;
    m_acknowledged = 0;
    QIODevice *const body = m_body.data();
    if (!m_detached && body && body->seek(m_start + offset))
        return true;
    fail(Fault::BodyUnreadable);
    return false;
}

size_t CurlTransfer::addHeaderLine(const char *data, size_t size)
{
    if (m_detached)
        return 0;
    if (!m_head.addLine(QByteArrayView(data, static_cast<qsizetype>(size)))) {
        fail(Fault::HeadTooLarge);
        return 0;
    }
    if (m_head.isComplete()) {
        // Afterwards the connection may be gone, and with it what the kernel knows.
        lookAtProgress();
        Q_EMIT answered();
        // libcurl stops sending when it is refused, but while it is paused it never ends.
        if (CurlMulti *const multi = m_multi.data(); multi && m_paused)
            multi->resume(this);
    }
    return size;
}

size_t CurlTransfer::writeAnswer(const char *data, size_t size)
{
    if (m_detached)
        return 0;
    const qint64 room = PartAccessManager::largestAnswer + 1 - m_answerBytes;
    const qint64 taken = std::min(static_cast<qint64>(size), room);
    m_answer.append(data, taken);
    m_answerBytes += taken;
    if (m_answerBytes > PartAccessManager::largestAnswer) {
        fail(Fault::AnswerTooLarge);
        return 0;
    }
    Q_EMIT answered();
    return size;
}

bool CurlTransfer::lookAtProgress()
{
    curl_off_t handed = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_SIZE_UPLOAD_T, &handed);
    const qint64 sent = std::min<qint64>(handed, m_read);
    // The kernel's count has the request's head and TLS's framing in it: at worst too low for us.
    const std::optional<qint64> unacknowledged = unacknowledgedBytes(m_socket);
    if (unacknowledged || !systemCountsUnacknowledgedBytes())
        m_acknowledged = std::max(m_acknowledged, sent - unacknowledged.value_or(0));
    return m_acknowledged < m_read;
}

bool CurlTransfer::mayResend(CURLcode code)
{
    // libcurl does this itself when it reads from a connection that was dead, not when it writes.
    long newConnections = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_NUM_CONNECTS, &newConnections);
    const bool broken = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;
    if (!broken || m_resent || newConnections > 0 || m_head.status() != 0 || m_detached
        || m_fault != Fault::None)
        return false;
    m_resent = true;
    m_paused = false;
    curl_easy_setopt(m_easy.get(), CURLOPT_FRESH_CONNECT, 1L);
    return true;
}

void CurlTransfer::keepOutcome(CURLcode code)
{
    CURL *const easy = m_easy.get();
    curl_socket_t kept = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &kept) == CURLE_OK) {
        m_socket = kept;
        lookAtProgress();
    }
    long systemError = 0;
    long connectStatus = 0;
    long proxyCode = CURLPX_OK;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &systemError);
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connectStatus);
    curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &proxyCode);
    m_failure.code = code;
    m_failure.systemError = static_cast<int>(systemError);
    m_failure.connectStatus = static_cast<int>(connectStatus);
    m_failure.proxyCode = static_cast<CURLproxycode>(proxyCode);
    m_failure.throughProxy = m_throughProxy;
    m_failure.detail = m_errorText[0] ? m_errorText : curl_easy_strerror(code);
}

void CurlTransfer::end()
{
    m_easy.reset();
    Q_EMIT done();
}

} // namespace longshore
