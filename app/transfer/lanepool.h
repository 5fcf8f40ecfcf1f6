#pragma once

#include <QList>
#include <QObject>

#include <optional>

namespace longshore {

/// The lanes (parts under way at once) that all uploads of an engine share, counted from 0.
class LanePool final : public QObject
{
    Q_OBJECT

public:
    explicit LanePool(int lanes, QObject *parent = nullptr);

    /// Fewer: lanes in use are taken away when they are given back.
    void setLanes(int lanes);
    int lanes() const { return m_lanes; }
    int inUse() const { return static_cast<int>(m_used.size()); }
    bool hasFree() const { return inUse() < m_lanes; }

    /// The lowest free lane, or none.
    std::optional<int> take();
    void giveBack(int lane);

Q_SIGNALS:
    /// A lane is to be had. Emitted from inside giveBack() and setLanes().
    void available();

private:
    int m_lanes;
    QList<int> m_used;
};

} // namespace longshore
