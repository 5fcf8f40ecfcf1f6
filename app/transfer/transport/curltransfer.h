#pragma once

#include "answerhead.h"
#include "curlerrors.h"
#include "curlrequest.h"

#include <QByteArray>
#include <QObject>
#include <QPointer>

#include <curl/curl.h>

#include <memory>
#include <utility>

class QIODevice;

namespace longshore {

class CurlMulti;

struct CurlEasyDeleter
{
    void operator()(CURL *easy) const { curl_easy_cleanup(easy); }
};

/// One POST of a part's body as libcurl's easy handle and the callbacks that feed it.
///
/// It outlives its reply when that goes away inside a callback of libcurl's.
/// Its signals may come from inside of libcurl: connect them queued, except progressed().
class CurlTransfer final : public QObject
{
    Q_OBJECT

public:
    /// What ended the transfer on this side.
    enum class Fault {
        None,
        BodyUnreadable,
        BodyTooShort,
        BodyGone,
        AnswerTooLarge,
        HeadTooLarge,
        BadRequest,
    };

    CurlTransfer(const QNetworkRequest &request, QIODevice *body, const QNetworkProxy &proxy,
                 const QByteArray &certificates);
    ~CurlTransfer() override;

    const AnswerHead &head() const { return m_head; }
    /// The answer's body as far as it came since the last call.
    QByteArray takeAnswer() { return std::exchange(m_answer, {}); }
    Fault fault() const { return m_fault; }
    /// Set when done() is emitted.
    const CurlFailure &failure() const { return m_failure; }
    qint64 total() const { return m_total; }
    /// Bytes of the body that the other end has acknowledged, as looked at last.
    qint64 acknowledged() const { return m_acknowledged; }

    /// Starts on the event loop, in `multi`, which may be destroyed once this has ended.
    void start(CurlMulti &multi);
    /// Ends the transfer without a further signal and disposes of it, at once or as soon as libcurl
    /// lets go of it.
    static void discard(std::unique_ptr<CurlTransfer> transfer);

Q_SIGNALS:
    /// The head of the answer is there, or more of its body.
    void answered();
    void progressed(qint64 acknowledged);
    void done();

private:
    friend class CurlMulti;

    void setCallbacks();
    size_t readBody(char *buffer, size_t room);
    size_t writeAnswer(const char *data, size_t size);
    size_t addHeaderLine(const char *data, size_t size);
    bool rewindTo(qint64 offset);
    void bodyReady();
    void bodyLost();
    void detach();
    size_t fail(Fault fault);

    // For CurlMulti.
    void resume();
    bool lookAtProgress();
    bool mayResend(CURLcode code);
    void keepOutcome(CURLcode code);
    void end();

    QPointer<CurlMulti> m_multi;
    QPointer<QIODevice> m_body;
    // Both are referred to by the handle and must outlive it.
    QByteArray m_certificates;
    CurlList m_headers;
    char m_errorText[CURL_ERROR_SIZE] = {};
    std::unique_ptr<CURL, CurlEasyDeleter> m_easy;

    qint64 m_start = 0;
    qint64 m_total = 0;
    qint64 m_read = 0;
    qint64 m_acknowledged = 0;
    qint64 m_answerBytes = 0;
    curl_socket_t m_socket = CURL_SOCKET_BAD;
    bool m_throughProxy = false;
    bool m_paused = false;
    bool m_detached = false;
    bool m_resent = false;
    Fault m_fault = Fault::None;
    CurlFailure m_failure;
    AnswerHead m_head;
    QByteArray m_answer;
};

} // namespace longshore
