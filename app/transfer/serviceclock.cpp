#include "transfer/serviceclock.h"

#include <cstdlib>

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

void ServiceClock::observe(const ApiAnswer &answer)
{
    if (!answer.serverTime)
        return;
    const qint64 offset = answer.serverTime->toSecsSinceEpoch() - m_clock.utc().toSecsSinceEpoch();
    if (m_offset && std::abs(offset - *m_offset) <= kToleratedSeconds)
        return;
    m_offset = offset;
    QMetaObject::invokeMethod(this, &ServiceClock::changed, Qt::QueuedConnection);
}

} // namespace longshore
