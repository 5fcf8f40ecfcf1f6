#pragma once

#include <QObject>
#include <QTimer>

#include <curl/curl.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace longshore {

class CurlTransfer;

/// libcurl's multi interface on the event loop of the thread that made it.
///
/// The connections it keeps are its own. Once retired it takes no more transfers and deletes itself
/// when the last of them has ended, and its connections with it.
class CurlMulti final : public QObject
{
    Q_OBJECT

public:
    CurlMulti();

    void start(CurlTransfer *transfer);
    void discard(std::unique_ptr<CurlTransfer> transfer);
    /// Goes on with a transfer whose body was not ready.
    void resume(CurlTransfer *transfer);
    /// Ends a transfer that has set its own fault.
    void endFaulty(CurlTransfer *transfer);
    /// Looks at the progress of the transfers from now on, until nothing is outstanding.
    void watchProgress();
    /// May delete this object.
    void retire();

private:
    struct Watch;
    struct MultiDeleter
    {
        void operator()(CURLM *multi) const { curl_multi_cleanup(multi); }
    };
    struct ShareDeleter
    {
        void operator()(CURLSH *share) const { curl_share_cleanup(share); }
    };

    ~CurlMulti() override;

    void setCallbacks();
    void watchSocket(CURL *easy, curl_socket_t socket, int what);
    void unwatchSocket(CURL *easy, curl_socket_t socket);
    void socketReady(curl_socket_t socket);
    void act(curl_socket_t socket, int events);
    void settle();
    void collectFinished();
    void finish(CurlTransfer *transfer, CURLcode code);
    bool runs(const CurlTransfer *transfer) const;
    void lookAtProgress();

    // Inside of libcurl's callbacks its handles can't be added, removed or resumed: such wishes
    // wait here until it has returned.
    bool m_inside = false;
    std::vector<CurlTransfer *> m_starting;
    std::vector<CurlTransfer *> m_resuming;
    std::vector<CurlTransfer *> m_faulty;
    std::vector<std::unique_ptr<CurlTransfer>> m_discarded;

    bool m_retired = false;
    std::vector<CurlTransfer *> m_transfers;
    std::unordered_map<curl_socket_t, std::unique_ptr<Watch>> m_watches;
    QTimer m_timer;
    QTimer m_progressTimer;
    // The last is destroyed first, with its connections; they refer to all of the above.
    std::unique_ptr<CURLSH, ShareDeleter> m_share;
    std::unique_ptr<CURLM, MultiDeleter> m_multi;
};

} // namespace longshore
