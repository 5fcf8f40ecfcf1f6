#include "transfer/lanepool.h"

namespace longshore {

LanePool::LanePool(int lanes, QObject *parent)
    : QObject(parent)
    , m_lanes(lanes)
{
}

void LanePool::setLanes(int lanes)
{
    m_lanes = lanes;
    if (hasFree())
        Q_EMIT available();
}

std::optional<int> LanePool::take()
{
    if (!hasFree())
        return std::nullopt;
    for (int lane = 0; lane < m_lanes; ++lane) {
        if (!m_used.contains(lane)) {
            m_used.append(lane);
            return lane;
        }
    }
    return std::nullopt;
}

void LanePool::giveBack(int lane)
{
    const bool wasUsed = m_used.removeOne(lane);
    Q_ASSERT(wasUsed);
    if (wasUsed && hasFree())
        Q_EMIT available();
}

} // namespace longshore
