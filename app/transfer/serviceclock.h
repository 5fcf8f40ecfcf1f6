#pragma once

#include "api/objects.h"
#include "transfer/clock.h"

#include <QObject>

#include <optional>

namespace longshore {

/// What time it is at the service, by the Date of its answers: an upload's hour is counted there,
/// and our own clock may be wrong or be set meanwhile. Engine thread.
class ServiceClock final : public QObject
{
    Q_OBJECT

public:
    explicit ServiceClock(const Clock &clock, QObject *parent = nullptr);

    /// Takes the answer's Date, if it has one.
    void observe(const ApiAnswer &answer);
    /// The service's clock minus ours, in seconds; none before it was told. It follows when our
    /// clock is set: there the time goes on as it passes here.
    std::optional<qint64> offset() const;
    /// Any answer came: had it borne a Date, the time would be known.
    bool isHeard() const { return m_heard; }

Q_SIGNALS:
    /// It differs from what was known by more than whole seconds explain, or the first answer came.
    /// From the event loop.
    void changed();

private:
    std::optional<qint64> now() const;

    const Clock &m_clock;
    bool m_heard = false;
    std::optional<qint64> m_told;
    std::chrono::milliseconds m_toldAt{0}; ///< monotonic
};

} // namespace longshore
