#pragma once

#include "api/uploadsapi.h"
#include "transfer/clock.h"
#include "transfer/hostgate.h"
#include "transfer/lanepool.h"
#include "transfer/linepace.h"
#include "transfer/ratelimiter.h"
#include "transfer/serviceclock.h"
#include "transfer/uploadchange.h"

#include <functional>

class QNetworkAccessManager;
class QRandomGenerator;
class QThreadPool;

namespace longshore {

/// What all uploads of an engine work with. Owned by the engine (or a test), which outlives them.
/// Engine thread.
struct TransferContext
{
    /// Over a manager of its own, so that control calls never queue behind parts.
    const UploadsApi &api;
    /// The manager that a lane's parts go through.
    std::function<QNetworkAccessManager *(int lane)> managerForLane;
    Clock &clock;
    QRandomGenerator &random;
    /// Reads files; a hung disk may keep its threads.
    QThreadPool &pool;
    LanePool &lanes;
    RateLimiter &limiter;
    UploadRecorder &recorder;
    HostGate &gate;
    ServiceClock &serviceClock;
    LinePace &pace;
};

} // namespace longshore
