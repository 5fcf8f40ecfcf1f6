#include "ui/models/factline.h"

#include <algorithm>
#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

void FactLine::add(const QString &text, int weight)
{
    m_facts.append({text, weight});
}

QStringList FactLine::texts() const
{
    QStringList lines;
    for (QList<Fact> left = m_facts; !left.isEmpty();) {
        QStringList facts;
        for (const Fact &fact : std::as_const(left))
            facts.append(fact.text);
        lines.append(facts.join(u" · "_s));
        const auto lightest =
            std::min_element(left.crbegin(), left.crend(), [](const Fact &one, const Fact &other) {
                return one.weight < other.weight;
            });
        left.removeAt(left.crend() - lightest - 1);
    }
    return lines;
}

} // namespace longshore
