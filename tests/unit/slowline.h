#pragma once

#include "controllerharness.h"

namespace longshore {

/// A line between the harness's uploads and its service, in virtual time: its rate is shared by the
/// parts under way. All else goes at once.
class SlowLine
{
public:
    enum class Share {
        Fair, ///< each part its share
        Greedy, ///< the oldest part has all of it, as a line that starves connections
    };

    SlowLine(ControllerHarness &harness, qint64 bytesPerSecond, Share share = Share::Fair);

    /// Bytes/s from now on.
    void setRate(qint64 bytesPerSecond) { m_rate = bytesPerSecond; }
    /// Until that time (monotonic), or until the uploads have ended.
    void runTo(std::chrono::milliseconds time);
    /// What the service answers to a part that it has received; the usual.
    FakeAccessManager::Handler answer;

private:
    QList<FakeRequest> partsUnderWay() const;
    void carry(qint64 bytes);

    ControllerHarness &m_harness;
    qint64 m_rate;
    Share m_share;
};

} // namespace longshore
