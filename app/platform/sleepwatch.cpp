#include "platform/sleepwatch.h"

#include "platform/logind.h"
#include "platform/timeasleep.h"

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kInterval = 5s;

/// Of sleep: connections outlive a shorter one.
constexpr std::chrono::milliseconds kShortest = 5s;

} // namespace

SleepWatch::SleepWatch(const QDBusConnection &systemBus, QObject *parent)
    : SleepWatch(systemBus, timeAsleep, kInterval, parent)
{
}

SleepWatch::SleepWatch(const QDBusConnection &systemBus, Clock timeAsleep,
                       std::chrono::milliseconds interval, QObject *parent)
    : QObject(parent)
    , m_timeAsleep(std::move(timeAsleep))
{
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &SleepWatch::look);
    logind::connectSignal(systemBus, u"PrepareForSleep"_s, this, SLOT(takeSleep(bool)));
}

void SleepWatch::setActive(bool active)
{
    if (active == m_timer.isActive())
        return;
    m_known = m_timeAsleep();
    if (active)
        m_timer.start();
    else
        m_timer.stop();
}

void SleepWatch::takeSleep(bool begins)
{
    if (begins || !m_timer.isActive()) {
        m_told = false;
        return;
    }
    // The timer may have been faster.
    if (std::exchange(m_told, false)) {
        look();
        return;
    }
    m_known = m_timeAsleep();
    Q_EMIT woke();
}

void SleepWatch::look()
{
    const std::chrono::milliseconds asleep = m_timeAsleep();
    if (asleep - m_known <= kShortest)
        return;
    m_known = asleep;
    m_told = true;
    Q_EMIT woke();
}

} // namespace longshore
