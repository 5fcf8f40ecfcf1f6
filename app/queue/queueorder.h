#pragma once

#include <QString>
#include <QStringList>

#include <set>
#include <unordered_map>
#include <vector>

namespace longshore {

/// The uploads of an engine in their order, and which of them can be started or are running. A
/// place is a number between its neighbours', so that nothing here costs more than the logarithm of
/// the queue's length and a shift of pointers, but for listing all.
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
    std::vector<Entry *>::iterator positionOf(double place);
    void join(Entry *entry);
    void leave(Entry *entry);

    std::unordered_map<QString, Entry> m_entries;
    std::vector<Entry *> m_all; ///< by place
    Places m_startable;
    Places m_running;
};

} // namespace longshore
