#include "transfer/callwait.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace std::chrono_literals;

CallWait::CallWait(const TransferContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
    connect(&context.gate, &HostGate::opened, this, [this] {
        if (isBlocked())
            tryNow();
    });
}

CallWait::~CallWait() = default;

void CallWait::start(std::chrono::milliseconds delay, Then then)
{
    m_then = std::move(then);
    m_due = m_context.clock.monotonic() + delay;
    if (delay <= 0ms) {
        m_timer.reset();
        tryNow();
        return;
    }
    m_timer = m_context.clock.startTimer(delay, [this] { hurry(); });
    Q_EMIT waiting();
}

void CallWait::hurry()
{
    if (!m_timer)
        return;
    m_timer.reset();
    tryNow();
}

void CallWait::tryNow()
{
    auto pass = m_context.gate.enter();
    if (!pass) {
        Q_EMIT waiting();
        return;
    }
    const Then then = std::exchange(m_then, {});
    then(std::move(pass));
}

void CallWait::stop()
{
    m_timer.reset();
    m_then = {};
}

std::optional<std::chrono::milliseconds> CallWait::until() const
{
    if (!isRunning())
        return std::nullopt;
    return std::max(m_timer ? m_due : m_context.clock.monotonic(),
                    m_context.gate.closedUntil().value_or(0ms));
}

} // namespace longshore
