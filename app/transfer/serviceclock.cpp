#include "transfer/serviceclock.h"

#include <cstdlib>
#include <utility>

namespace longshore {

namespace {

// Date is in whole seconds, and an answer is under way for some hundred milliseconds.
constexpr qint64 kToleratedSeconds = 2;

} // namespace

ServiceClock::ServiceClock(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

std::optional<qint64> ServiceClock::now() const
{
    if (!m_told)
        return std::nullopt;
    const auto passed =
        std::chrono::floor<std::chrono::seconds>(m_clock.monotonic() - m_toldAt).count();
    return *m_told + passed;
}

std::optional<qint64> ServiceClock::offset() const
{
    const std::optional<qint64> there = now();
    return there ? std::optional(*there - m_clock.utc().toSecsSinceEpoch()) : std::nullopt;
}

void ServiceClock::observe(const ApiAnswer &answer)
{
    const bool isNew = answer.status > 0 && !std::exchange(m_heard, true);
    bool isOther = false;
    if (answer.serverTime) {
        const qint64 told = answer.serverTime->toSecsSinceEpoch();
        isOther = !m_told || std::abs(told - *now()) > kToleratedSeconds;
        m_heard = true;
        if (isOther) {
            m_told = told;
            m_toldAt = m_clock.monotonic();
        }
    }
    if (isNew || isOther)
        QMetaObject::invokeMethod(this, &ServiceClock::changed, Qt::QueuedConnection);
}

} // namespace longshore
