#pragma once

#include "transfer/transfercontext.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace longshore {

/// The wait before a control call is made, or made again: for a delay, then for the host's gate.
class CallWait final : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(std::unique_ptr<HostGate::Pass> pass)>;

    /// `context` outlives this.
    explicit CallWait(const TransferContext &context, QObject *parent = nullptr);
    ~CallWait() override;

    /// Calls `then` once; from inside this call if there is nothing to wait for, else after
    /// waiting(). Instead of what was waited for before.
    void start(std::chrono::milliseconds delay, Then then);
    /// Ends the delay now.
    void hurry();
    void stop();

    bool isRunning() const { return m_then != nullptr; }
    /// Until when (monotonic), as far as is known; none if it isn't running.
    std::optional<std::chrono::milliseconds> until() const;
    /// Nothing but the gate is waited for.
    bool isBlocked() const { return m_then && !m_timer; }

Q_SIGNALS:
    void waiting();

private:
    void tryNow();

    const TransferContext &m_context;
    std::chrono::milliseconds m_due{0};
    Then m_then;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
