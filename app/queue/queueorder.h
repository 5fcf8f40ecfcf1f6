#pragma once

#include <QString>
#include <QStringList>

#include <cstddef>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace longshore {

/// The uploads of an engine in their order, and which of them can be started or are running. A
/// place is a number between its neighbours', and who is removed leaves a gap that is closed when
/// there are as many gaps as uploads: nothing that is done with one costs more than the logarithm
/// of the queue's length and, where it is moved, a shift of pointers.
class QueueOrder
{
public:
    enum class Part { Neither, Startable, Running };

    QueueOrder() = default;
    Q_DISABLE_COPY_MOVE(QueueOrder)

    /// Behind all places up to `place`.
    void insert(const QString &key, double place);
    void remove(const QString &key);
    /// So that it is the one with this index, as far as there are so many.
    void move(const QString &key, int index);
    /// Those of them that are here, in this order, behind so many of the others, as far as there
    /// are so many. Costs little more than listing all.
    void moveAll(const QStringList &keys, int position);
    void setPart(const QString &key, Part part);

    QStringList keys() const;
    QStringList running() const;
    bool hasStartable() const { return !m_startable.empty(); }
    QString firstStartable() const { return (*m_startable.begin())->key; }

private:
    struct Entry
    {
        QString key;
        double place = 0;
        Part part = Part::Neither;
        bool isGap = false; ///< removed
        bool isMoving = false;
    };
    struct ByPlace
    {
        bool operator()(const Entry *left, const Entry *right) const
        {
            return left->place < right->place;
        }
    };
    using Places = std::set<Entry *, ByPlace>;

    Entry *find(const QString &key);
    std::vector<std::unique_ptr<Entry>>::iterator positionOf(double place);
    void closeGaps();
    void join(Entry *entry);
    void leave(Entry *entry);

    std::unordered_map<QString, Entry *> m_entries;
    std::vector<std::unique_ptr<Entry>> m_all; ///< by place
    std::size_t m_gaps = 0; ///< of m_all
    Places m_startable;
    Places m_running;
};

} // namespace longshore
