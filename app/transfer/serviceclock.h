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
    /// The service's clock minus ours, in seconds; none before it was told.
    std::optional<qint64> offset() const { return m_offset; }

Q_SIGNALS:
    /// It differs from what was known by more than whole seconds explain. From the event loop.
    void changed();

private:
    const Clock &m_clock;
    std::optional<qint64> m_offset;
};

} // namespace longshore
