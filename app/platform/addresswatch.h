#pragma once

#include <QObject>

#include <memory>

class QSocketNotifier;
class QTimer;

namespace longshore {

/// Says whenever addresses or routes of this machine may be others now: on Linux when the kernel
/// tells (rtnetlink), elsewhere every few seconds.
class AddressWatch final : public QObject
{
    Q_OBJECT

public:
    explicit AddressWatch(QObject *parent = nullptr);
    ~AddressWatch() override;

Q_SIGNALS:
    void changed();

private:
    void read();

    int m_socket = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
    std::unique_ptr<QTimer> m_timer; ///< where nobody tells
};

} // namespace longshore
