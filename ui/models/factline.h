#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace longshore {

/// Facts that stand beside each other, of which some are left out where the room is small.
class FactLine
{
public:
    /// `weight`: the facts of the smallest one are left out first, of two with the same the later.
    void add(const QString &text, int weight);
    /// The line with all facts, then with one fact less each, down to a single one.
    QStringList texts() const;

private:
    struct Fact
    {
        QString text;
        int weight;
    };

    QList<Fact> m_facts;
};

} // namespace longshore
