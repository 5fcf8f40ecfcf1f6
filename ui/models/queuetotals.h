#pragma once

#include "transfer/uploadstate.h"

namespace longshore {

/// Sums over the uploads of a queue, kept by adding and taking away single ones, so that an update
/// costs the same however long the queue is.
class QueueTotals
{
public:
    void add(const UploadSnapshot &upload);
    void take(const UploadSnapshot &upload);

    int uploads() const { return m_uploads; }
    int running() const
    {
        return m_running;
    } ///< creating, sending, waiting, completing, cancelling
    int queued() const { return m_queued; }
    int paused() const { return m_paused; }
    int ready() const { return m_ready; } ///< held, waiting for the user
    int failed() const { return m_failed; }
    int asking() const { return m_asking; } ///< not begun before the user has decided
    int undecided() const { return m_asking + m_unknown; } ///< wait for the user's decision
    int ended() const { return m_ended; } ///< completed or cancelled
    int lanes() const { return m_lanes; }
    double rate() const; ///< bytes/s
    qint64 bytes() const { return m_bytes; } ///< of uploads that are neither ended nor failed
    qint64 confirmed() const { return m_confirmed; } ///< of the same
    qint64 unsent() const { return m_unsent; } ///< of the same, not even under way

    /// An upload is done: what is left goes on from where it stood, until nothing is left.
    void noteCompleted(qint64 bytes);
    /// Of all that was to be sent since nothing was, whole and rounded down.
    int percent() const;

    /// Uploads that go on when the program does: what quitting interrupts.
    int unfinished() const { return m_running + m_queued + m_ready; }
    /// Whether something changes with time alone: a countdown or a wait.
    bool isLive() const { return m_running > 0 || m_live > 0; }

private:
    void count(const UploadSnapshot &upload, int sign);

    int m_uploads = 0;
    int m_running = 0;
    int m_queued = 0;
    int m_paused = 0;
    int m_ready = 0;
    int m_failed = 0;
    int m_asking = 0;
    int m_unknown = 0;
    int m_ended = 0;
    int m_live = 0; ///< with a deadline at the service
    int m_lanes = 0;
    double m_rate = 0;
    qint64 m_bytes = 0;
    qint64 m_confirmed = 0;
    qint64 m_unsent = 0;
    qint64 m_completedBytes = 0;
};

} // namespace longshore
