#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <map>

namespace longshore {

/// The uploads of an engine in their order, and which of them can be started or are running. A
/// place is a number between its neighbours', so that nothing here costs more than the logarithm of
/// the queue's length but listing all.
class QueueOrder
{
public:
    enum class Part { Neither, Startable, Running };

    /// Behind all places up to `place`.
    void insert(const QString &key, double place);
    void remove(const QString &key);
    /// So that it is the one with this index, as far as there are so many.
    void move(const QString &key, int index);
    void setPart(const QString &key, Part part);

    double placeOf(const QString &key) const { return m_places.value(key).place; }
    QStringList keys() const;
    QStringList running() const;
    bool hasStartable() const { return !m_startable.empty(); }
    QString firstStartable() const { return m_startable.begin()->second; }

private:
    using Places = std::map<double, QString>;
    struct Entry
    {
        double place = 0;
        Part part = Part::Neither;
    };

    void put(const QString &key, double place, Part part);
    Entry take(const QString &key);
    void renumber(const QStringList &keys);

    QHash<QString, Entry> m_places;
    Places m_all;
    Places m_startable;
    Places m_running;
};

} // namespace longshore
