#include "transfer/hostgate.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// One reset connection is no outage, and neither are two parts of one.
constexpr int kFailuresBorne = 2;
// The official clients' delays: half a second, doubled up to eight, less up to a quarter at random.
constexpr std::chrono::milliseconds kFirstClosing = 500ms;
constexpr std::chrono::milliseconds kLongestClosing = 8s;
constexpr double kJitter = 0.25;
// The system says when the network is back; it may be wrong about its absence.
constexpr std::chrono::milliseconds kOfflineClosing = 30s;
// Those whom the service asked to wait for the same time must not all come back at once.
constexpr double kSilenceJitter = 0.1;

/// An answer that says: not now.
bool isTroubled(const ApiError &error)
{
    return error.retryDelay || error.status == 408 || error.status == 429 || error.status >= 500;
}

} // namespace

HostGate::Pass::Pass(HostGate &gate, bool isTry)
    : m_gate(&gate)
    , m_round(gate.m_round)
    , m_isTry(isTry)
{
}

HostGate::Pass::~Pass()
{
    if (m_gate && m_isTry && m_round == m_gate->m_round) {
        m_gate->m_tryOut = false;
        m_gate->sayOpened();
    }
}

void HostGate::Pass::report(const ApiError &error)
{
    HostGate *gate = m_gate;
    if (!gate)
        return;
    if (error.status == 0 ? error.kind == ErrorKind::Network : isTroubled(error))
        gate->onFailure(error, *this);
    else
        gate->onAnswer();
    m_gate = nullptr;
}

void HostGate::Pass::moved()
{
    if (m_gate && m_isTry && m_round == m_gate->m_round && m_gate->m_reason.status == 0) {
        m_isTry = false;
        m_gate->letIn();
    }
}

HostGate::HostGate(Clock &clock, QRandomGenerator &random, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_random(random)
{
}

HostGate::~HostGate() = default;

bool HostGate::isOpen() const
{
    return m_state == State::Open || (m_state == State::Trying && !m_tryOut);
}

std::unique_ptr<HostGate::Pass> HostGate::enter()
{
    if (!isOpen())
        return nullptr;
    const bool isTry = m_state == State::Trying;
    m_tryOut = isTry;
    return std::unique_ptr<Pass>(new Pass(*this, isTry));
}

std::optional<std::chrono::milliseconds> HostGate::closedUntil() const
{
    return isOpen() ? std::nullopt : std::optional(m_until);
}

void HostGate::onAnswer()
{
    m_failures = 0;
    m_closings = 0;
    // What the service asked for counts, whatever it answers to what was under way.
    if (m_state == State::Trying)
        letIn();
}

void HostGate::letIn()
{
    m_state = State::Open;
    m_tryOut = false;
    sayOpened();
}

void HostGate::onFailure(const ApiError &error, const Pass &pass)
{
    if (error.retryDelay) {
        const double jitter = 1.0 + kSilenceJitter * m_random.generateDouble();
        const auto asked = std::chrono::milliseconds(
            std::llround(static_cast<double>(error.retryDelay->count()) * jitter));
        // Asked for no wait at all again and again, we keep to our own.
        close(m_closings > 0 ? std::max(asked, nextClosing()) : asked, error);
        ++m_closings;
        return;
    }
    if (pass.m_round != m_round)
        return;
    ++m_failures;
    if (!m_online && error.status == 0) {
        ApiError reason = error;
        reason.message = tr("This computer has no network connection.");
        close(kOfflineClosing, reason);
        return;
    }
    if (m_failures <= kFailuresBorne && m_state == State::Open)
        return;
    close(nextClosing(), error);
    ++m_closings;
}

std::chrono::milliseconds HostGate::nextClosing()
{
    const auto full = std::min(kFirstClosing * (1 << std::min(m_closings, 8)), kLongestClosing);
    const double share = 1.0 - kJitter * m_random.generateDouble();
    return std::chrono::milliseconds(std::llround(static_cast<double>(full.count()) * share));
}

void HostGate::close(std::chrono::milliseconds delay, const ApiError &reason)
{
    const auto until = m_clock.monotonic() + delay;
    ++m_round;
    m_tryOut = false;
    // A later end that was asked for stays.
    if (m_state != State::Closed || until >= m_until) {
        m_until = until;
        m_reason = reason;
    }
    m_state = State::Closed;
    m_timer = m_clock.startTimer(m_until - m_clock.monotonic(), [this] { onTimeCome(); });
}

void HostGate::onTimeCome()
{
    m_timer.reset();
    m_state = State::Trying;
    m_tryOut = false;
    Q_EMIT opened();
}

void HostGate::open()
{
    if (m_state != State::Closed)
        return;
    m_timer.reset();
    m_until = m_clock.monotonic();
    m_state = State::Trying;
    m_tryOut = false;
    sayOpened();
}

void HostGate::setOnline(bool online)
{
    m_online = online;
    if (online)
        lineChanged();
}

void HostGate::lineChanged()
{
    // What the service asked for it asked of us, whatever line we have.
    if (m_reason.status == 0)
        open();
}

void HostGate::sayOpened()
{
    // Whoever reports is in the middle of something.
    QMetaObject::invokeMethod(this, &HostGate::opened, Qt::QueuedConnection);
}

} // namespace longshore
