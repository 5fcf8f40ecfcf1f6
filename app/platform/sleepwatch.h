#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace longshore {

/// Says when the machine has slept, while it is active: at once where there is logind, otherwise
/// within seconds, by its clocks.
class SleepWatch final : public QObject
{
    Q_OBJECT

public:
    using Clock = std::function<std::chrono::milliseconds()>;

    explicit SleepWatch(const QDBusConnection &systemBus, QObject *parent = nullptr);
    /// With another clock than timeAsleep(), which is read after each `interval`.
    SleepWatch(const QDBusConnection &systemBus, Clock timeAsleep,
               std::chrono::milliseconds interval, QObject *parent = nullptr);

    void setActive(bool active);

Q_SIGNALS:
    /// Once for each sleep.
    void woke();

private Q_SLOTS:
    void takeSleep(bool begins);

private:
    void look();

    Clock m_timeAsleep;
    std::chrono::milliseconds m_known{}; ///< asleep, as far as has been told
    bool m_told = false; ///< of the sleep that logind has not ended yet
    QTimer m_timer;
};

} // namespace longshore
