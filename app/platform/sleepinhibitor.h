#pragma once

#include "platform/inhibitservice.h"
#include "platform/messagebuses.h"

#include <QObject>

namespace longshore {

/// Keeps an idle computer from going to sleep while it is active: through the desktop or logind
/// (see InhibitService), on Windows and macOS by a call of the system. The user can still send it
/// to sleep. Where nobody is there to ask, nothing happens; nothing here waits for an answer.
class SleepInhibitor final : public QObject
{
    Q_OBJECT

public:
    explicit SleepInhibitor(const MessageBuses &buses, QObject *parent = nullptr);
    /// Lets it sleep.
    ~SleepInhibitor() override;

    void setActive(bool active);
    /// Whether the system has agreed to stay awake.
    bool isInhibiting() const { return m_isInhibiting; }

Q_SIGNALS:
    void inhibitingChanged(bool inhibiting);

private:
    static const QDBusConnection &busOf(const InhibitService &service, const MessageBuses &buses);
    static void giveBack(const InhibitService &service, const SleepLock &lock,
                         const MessageBuses &buses);
    void ask(qsizetype index);
    void take(qsizetype index, const SleepLock &lock);
    void takeLoss(const QString &name);
    void release();
    void setInhibiting(bool inhibiting);

    MessageBuses m_buses;
    QList<InhibitService> m_services = InhibitService::all();
    bool m_active = false;
    bool m_asking = false;
    bool m_isInhibiting = false;
    qsizetype m_holder = 0; ///< index of the service that gave the lock
    SleepLock m_lock;
};

} // namespace longshore
