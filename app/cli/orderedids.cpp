#include "cli/orderedids.h"

#include <QStringList>

namespace longshore {

OrderedIds::OrderedIds(qsizetype count)
    : m_ids(count)
{
}

QStringList OrderedIds::settle(qsizetype index, const QString &fileId)
{
    m_ids[index] = fileId;
    QStringList printable;
    for (; m_next < m_ids.size() && m_ids.at(m_next); ++m_next) {
        if (!m_ids.at(m_next)->isEmpty())
            printable.append(*m_ids.at(m_next));
    }
    return printable;
}

} // namespace longshore
