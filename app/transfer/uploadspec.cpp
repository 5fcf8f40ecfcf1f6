#include "transfer/uploadspec.h"

#include <algorithm>
#include <numeric>

namespace longshore {

qint64 UploadSpec::bytes() const
{
    return std::accumulate(
        sources.begin(), sources.end(), qint64(0),
        [](qint64 sum, const SourceFile &source) { return sum + source.uploadBytes(); });
}

QList<int> fileOrder(qsizetype parts)
{
    QList<int> order(parts);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

bool isPermutation(const QList<int> &order, qsizetype parts)
{
    QList<int> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    return sorted == fileOrder(parts);
}

} // namespace longshore
