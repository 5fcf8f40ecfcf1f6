#pragma once

#include "api/apierror.h"
#include "transfer/clock.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

class QRandomGenerator;

namespace longshore {

/// Whether the service may be asked now: one for all uploads of an engine, so that a service in
/// trouble is not asked by each of their parts. Engine thread.
///
///   open ──three failures in a row, or Retry-After──▶ closed until a time
///   closed ──the time is come, or open()──▶ trying: one request at a time
///   trying ──an answer──▶ open      trying ──a failure──▶ closed, twice as long up to 8 s
///
/// Without a network a failure closes it for longer, and the network's return opens it.
class HostGate final : public QObject
{
    Q_OBJECT

public:
    /// Leave for one request. Destroyed without a report it counts as never used.
    class Pass
    {
    public:
        ~Pass();
        Q_DISABLE_COPY_MOVE(Pass)

        /// What came of the request; `error` none: an answer.
        void report(const ApiError &error);
        /// The other end acknowledges what is sent: enough, where there was no connection before.
        void moved();

    private:
        friend class HostGate;
        Pass(HostGate &gate, bool isTry);

        HostGate *m_gate;
        quint64 m_round;
        bool m_isTry;
    };

    /// The references outlive this, and this all its passes.
    HostGate(Clock &clock, QRandomGenerator &random, QObject *parent = nullptr);
    ~HostGate() override;

    bool isOpen() const;
    /// None while it is closed.
    std::unique_ptr<Pass> enter();
    /// Until when (monotonic) nothing is let through; none while it is open.
    std::optional<std::chrono::milliseconds> closedUntil() const;
    /// What closed it.
    const ApiError &reason() const { return m_reason; }

    /// Ends the wait now.
    void open();
    /// The system's word, which is a hint only.
    void setOnline(bool online);
    /// Another network: what failed with the old one says nothing more.
    void lineChanged();

Q_SIGNALS:
    /// Requests are let through again, or another one may be tried. From the event loop.
    void opened();

private:
    enum class State { Open, Closed, Trying };

    void onAnswer();
    void letIn();
    void onFailure(const ApiError &error, const Pass &pass);
    std::chrono::milliseconds nextClosing();
    void close(std::chrono::milliseconds delay, const ApiError &reason);
    void onTimeCome();
    void sayOpened();

    Clock &m_clock;
    QRandomGenerator &m_random;
    State m_state = State::Open;
    bool m_online = true;
    bool m_tryOut = false; ///< the one request of Trying is under way
    int m_failures = 0; ///< in a row
    int m_closings = 0; ///< in a row
    quint64 m_round = 0; ///< raised by each closing: what was let through before says nothing new
    std::chrono::milliseconds m_until{0};
    ApiError m_reason;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
