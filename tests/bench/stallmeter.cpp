#include "stallmeter.h"

#include <algorithm>
#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kBeat = 1ms;
constexpr qint64 kBeatNs = std::chrono::nanoseconds(kBeat).count();
/// From here on a person notices.
constexpr qint64 kNoticedNs = std::chrono::nanoseconds(50ms).count();

} // namespace

StallMeter::StallMeter(QObject *parent)
    : QObject(parent)
    , m_schedule(u"/proc/thread-self/schedstat"_s)
{
    m_schedule.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kBeat);
    connect(&m_timer, &QTimer::timeout, this, &StallMeter::beat);
}

void StallMeter::begin(const QString &what)
{
    if (m_clock.isValid())
        end();
    else
        m_clock.start();
    m_stalls.append({what});
    m_begunNs = m_lastNs = m_clock.nsecsElapsed();
    m_lastReadyNs = readyButNotRunningNs();
    m_timer.start();
}

QList<Stalls> StallMeter::end()
{
    if (m_timer.isActive()) {
        // What was done since the last beat counts too.
        beat();
        m_timer.stop();
        m_stalls.last().totalNs = m_clock.nsecsElapsed() - m_begunNs;
    }
    return m_stalls;
}

qint64 StallMeter::readyButNotRunningNs()
{
    // Three numbers: the time that it ran, that it waited to run, and how often.
    if (!m_schedule.isOpen() || !m_schedule.seek(0))
        return 0;
    return m_schedule.read(100).split(' ').value(1).toLongLong();
}

void StallMeter::beat()
{
    const qint64 nowNs = m_clock.nsecsElapsed();
    const qint64 nowReadyNs = readyButNotRunningNs();
    Stalls &stalls = m_stalls.last();
    const qint64 stallNs = std::max<qint64>(nowNs - m_lastNs - kBeatNs, 0);
    const qint64 ownNs = std::max<qint64>(stallNs - (nowReadyNs - m_lastReadyNs), 0);
    stalls.longestNs = std::max(stalls.longestNs, stallNs);
    stalls.longestOwnNs = std::max(stalls.longestOwnNs, ownNs);
    if (ownNs > kNoticedNs)
        ++stalls.ownOver50ms;
    ++stalls.beats;
    m_lastNs = nowNs;
    m_lastReadyNs = nowReadyNs;
}

} // namespace longshore
