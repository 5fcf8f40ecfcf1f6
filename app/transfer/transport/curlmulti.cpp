#include "curlmulti.h"

#include "curltransfer.h"
#include "socketprogress.h"

#include <QPointer>
#include <QSocketNotifier>

#include <algorithm>
#include <chrono>
#include <mutex>

namespace longshore {

using namespace std::chrono_literals;

namespace {

// Every lane of one upload, and as many that are just being replaced.
constexpr long keptConnections = 32;
// Often enough to look alive, and the most that a reply may say.
constexpr auto progressInterval = 100ms;

void initialiseCurl()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

CurlTransfer *transferOf(CURL *easy)
{
    char *transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    return reinterpret_cast<CurlTransfer *>(transfer);
}

} // namespace

// What libcurl waits for at one socket.
struct CurlMulti::Watch
{
    // libcurl takes watches away while a notifier is being served.
    struct Later
    {
        void operator()(QSocketNotifier *notifier) const
        {
            notifier->setEnabled(false);
            notifier->deleteLater();
        }
    };

    explicit Watch(curl_socket_t socket)
        : read(new QSocketNotifier(static_cast<qintptr>(socket), QSocketNotifier::Read))
        , write(new QSocketNotifier(static_cast<qintptr>(socket), QSocketNotifier::Write))
    {
        want(0);
    }

    void want(int newEvents)
    {
        events = newEvents;
        read->setEnabled(events & CURL_CSELECT_IN);
        write->setEnabled(events & CURL_CSELECT_OUT);
    }

    std::unique_ptr<QSocketNotifier, Later> read;
    std::unique_ptr<QSocketNotifier, Later> write;
    int events = 0;
};

CurlMulti::CurlMulti()
{
    initialiseCurl();
    m_share.reset(curl_share_init());
    m_multi.reset(curl_multi_init());
    Q_CHECK_PTR(m_share.get());
    Q_CHECK_PTR(m_multi.get());
    // All handles are used in one thread, so the share needs no locks.
    curl_share_setopt(m_share.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    setCallbacks();

    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.callOnTimeout(this, [this] { act(CURL_SOCKET_TIMEOUT, 0); });
    m_progressTimer.setInterval(progressInterval);
    m_progressTimer.callOnTimeout(this, &CurlMulti::lookAtProgress);
}

CurlMulti::~CurlMulti() = default;

void CurlMulti::setCallbacks()
{
    CURLM *const multi = m_multi.get();
    const curl_socket_callback socketChanged = [](CURL *easy, curl_socket_t socket, int what,
                                                  void *self, void *) {
        static_cast<CurlMulti *>(self)->watchSocket(easy, socket, what);
        return 0;
    };
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socketChanged);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);

    const curl_multi_timer_callback timerChanged = [](CURLM *, long milliseconds, void *self) {
        QTimer &timer = static_cast<CurlMulti *>(self)->m_timer;
        if (milliseconds < 0)
            timer.stop();
        else
            timer.start(std::chrono::milliseconds(milliseconds));
        return 0;
    };
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timerChanged);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, keptConnections);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, long{CURLPIPE_NOTHING});
}

void CurlMulti::start(CurlTransfer *transfer)
{
    m_transfers.push_back(transfer);
    if (transfer->fault() != CurlTransfer::Fault::None)
        m_faulty.push_back(transfer);
    else
        m_starting.push_back(transfer);
    settle();
}

void CurlMulti::discard(std::unique_ptr<CurlTransfer> transfer)
{
    m_discarded.push_back(std::move(transfer));
    settle();
}

void CurlMulti::resume(CurlTransfer *transfer)
{
    m_resuming.push_back(transfer);
    settle();
}

void CurlMulti::endFaulty(CurlTransfer *transfer)
{
    m_faulty.push_back(transfer);
    settle();
}

void CurlMulti::retire()
{
    m_retired = true;
    settle();
}

void CurlMulti::watchSocket(CURL *easy, curl_socket_t socket, int what)
{
    if (what == CURL_POLL_REMOVE) {
        unwatchSocket(easy, socket);
        return;
    }
    // A handle of libcurl's own has none (8.10 and later).
    if (CurlTransfer *const transfer = easy ? transferOf(easy) : nullptr)
        transfer->m_socket = socket;
    std::unique_ptr<Watch> &watch = m_watches[socket];
    if (!watch) {
        watch = std::make_unique<Watch>(socket);
        const auto ready = [this, socket] { socketReady(socket); };
        connect(watch->read.get(), &QSocketNotifier::activated, this, ready);
        connect(watch->write.get(), &QSocketNotifier::activated, this, ready);
    }
    watch->want((what & CURL_POLL_IN ? CURL_CSELECT_IN : 0)
                | (what & CURL_POLL_OUT ? CURL_CSELECT_OUT : 0));
}

void CurlMulti::unwatchSocket(CURL *easy, curl_socket_t socket)
{
    m_watches.erase(socket);
    CurlTransfer *const transfer = easy ? transferOf(easy) : nullptr;
    if (transfer && transfer->m_socket == socket)
        transfer->m_socket = CURL_SOCKET_BAD;
}

void CurlMulti::socketReady(curl_socket_t socket)
{
    const auto watch = m_watches.find(socket);
    if (watch == m_watches.end())
        return;
    int events = socketReadiness(socket, watch->second->events);
    // An answer is read before anything more is written: a server that refuses a body early closes
    // the connection, and writing to it then would lose the answer.
    if (events & CURL_CSELECT_IN)
        events = CURL_CSELECT_IN;
    if (events)
        act(socket, events);
}

void CurlMulti::act(curl_socket_t socket, int events)
{
    // A body device that runs an event loop while it is read gets nowhere, but does no harm.
    if (m_inside)
        return;
    m_inside = true;
    int running = 0;
    curl_multi_socket_action(m_multi.get(), socket, events, &running);
    m_inside = false;
    settle();
}

bool CurlMulti::runs(const CurlTransfer *transfer) const
{
    return std::find(m_transfers.begin(), m_transfers.end(), transfer) != m_transfers.end();
}

void CurlMulti::settle()
{
    if (m_inside)
        return;
    for (const auto &transfer : std::exchange(m_discarded, {})) {
        if (transfer->m_easy)
            curl_multi_remove_handle(m_multi.get(), transfer->m_easy.get());
        std::erase(m_transfers, transfer.get());
        std::erase(m_starting, transfer.get());
    }
    collectFinished();
    for (CurlTransfer *transfer : std::exchange(m_faulty, {})) {
        if (runs(transfer))
            finish(transfer, CURLE_ABORTED_BY_CALLBACK);
    }
    for (CurlTransfer *transfer : std::exchange(m_starting, {})) {
        curl_easy_setopt(transfer->m_easy.get(), CURLOPT_SHARE, m_share.get());
        curl_multi_add_handle(m_multi.get(), transfer->m_easy.get());
    }
    for (CurlTransfer *transfer : std::exchange(m_resuming, {})) {
        if (runs(transfer))
            transfer->resume();
    }
    if (m_retired && m_transfers.empty())
        delete this;
}

void CurlMulti::collectFinished()
{
    int left = 0;
    while (const CURLMsg *const message = curl_multi_info_read(m_multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const CURLcode code = message->data.result;
        CurlTransfer *const transfer = transferOf(message->easy_handle);
        if (transfer->mayResend(code)) {
            curl_multi_remove_handle(m_multi.get(), transfer->m_easy.get());
            m_starting.push_back(transfer);
        } else {
            finish(transfer, code);
        }
    }
}

void CurlMulti::finish(CurlTransfer *transfer, CURLcode code)
{
    transfer->keepOutcome(code);
    curl_multi_remove_handle(m_multi.get(), transfer->m_easy.get());
    std::erase(m_transfers, transfer);
    std::erase(m_starting, transfer);
    transfer->end();
}

void CurlMulti::watchProgress()
{
    if (!m_progressTimer.isActive())
        m_progressTimer.start();
}

void CurlMulti::lookAtProgress()
{
    // Who listens may end any transfer, or delete us.
    std::vector<QPointer<CurlTransfer>> transfers(m_transfers.begin(), m_transfers.end());
    bool outstanding = false;
    for (CurlTransfer *transfer : m_transfers)
        outstanding |= transfer->lookAtProgress();
    if (!outstanding)
        m_progressTimer.stop();
    for (const QPointer<CurlTransfer> &transfer : transfers) {
        if (transfer)
            Q_EMIT transfer->progressed(transfer->acknowledged());
    }
}

} // namespace longshore
