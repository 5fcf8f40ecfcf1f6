#pragma once

#include "transfer/clock.h"
#include "transfer/uploaddeadline.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <memory>

namespace longshore {

/// The last minutes of an upload whose parts are all confirmed and which is held: what is due when,
/// by the service's clock. Tells from the event loop, never from inside a call. Engine thread.
class HoldWatch final : public QObject
{
    Q_OBJECT

public:
    /// The references outlive this.
    HoldWatch(Clock &clock, const UploadDeadline &deadline, QObject *parent = nullptr);
    ~HoldWatch() override;

    /// Watches, or goes on watching for another end.
    void start(HoldEnd end);
    void stop();
    /// Another upload at the service: its end is announced anew.
    void reset();

Q_SIGNALS:
    /// LetExpire: ten minutes before the end, or later where it is later already. Once.
    void expiresSoon();
    /// CompleteBefore: two minutes before the end, or later where it is later already.
    void completeNow();
    /// The hour is over, at least by our clock.
    void ended();

private:
    void look();
    void arm(std::chrono::milliseconds delay);

    Clock &m_clock;
    const UploadDeadline &m_deadline;
    HoldEnd m_end = HoldEnd::LetExpire;
    bool m_announced = false;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
