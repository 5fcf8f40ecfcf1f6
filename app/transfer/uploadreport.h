#pragma once

#include "transfer/clock.h"
#include "transfer/ratemeter.h"
#include "transfer/uploadstate.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace longshore {

/// What is told of one upload: its events, each wait once, and how far it is (at most five times a
/// second, as scripts are promised).
class UploadReport final : public QObject
{
    Q_OBJECT

public:
    /// `read` gives the figures as they are now; the rate is filled in here.
    UploadReport(Clock &clock, std::function<ProgressEvent()> read, QObject *parent = nullptr);
    ~UploadReport() override;

    void say(const UploadEvent &event);
    /// Nothing can be done before `until` (monotonic) because of `error`. False if that was said
    /// already.
    bool sayWaiting(std::chrono::milliseconds until, const ApiError &error);
    /// Bytes moved: said now or soon.
    void progress();
    void sayProgress();
    /// No progress is said before the next progress(); the rate begins anew.
    void stopProgress();
    /// Bytes/s.
    double rate() const;
    /// A monotonic time as Unix ms of our clock.
    qint64 wallClock(std::chrono::milliseconds monotonic) const;

Q_SIGNALS:
    void happened(const longshore::UploadEvent &event);

private:
    Clock &m_clock;
    std::function<ProgressEvent()> m_read;
    RateMeter m_rate;
    std::optional<std::chrono::milliseconds> m_waitSaid;
    std::optional<std::chrono::milliseconds> m_progressSaidAt;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
