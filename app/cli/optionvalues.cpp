#include "cli/optionvalues.h"

#include "cli/sizes.h"

#include <QRegularExpression>

#include <algorithm>
#include <limits>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// What common file systems allow a name; the service states no limit.
constexpr qsizetype kFileNameBytes = 255;

bool matches(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

} // namespace

std::optional<QList<int>> parseOrder(const QString &text, QString *problem)
{
    QList<int> order;
    for (const QString &item : text.split(u',')) {
        const std::optional<qint64> number = parseWholeNumber(item);
        if (!number || *number > std::numeric_limits<int>::max()) {
            *problem = u"'%1' is not the number of a part"_s.arg(item);
            return std::nullopt;
        }
        order.append(static_cast<int>(*number));
    }
    QList<int> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (int index = 0; index < sorted.size(); ++index) {
        if (sorted.at(index) == index)
            continue;
        *problem = sorted.at(index) < index
            ? u"part %1 is named twice"_s.arg(sorted.at(index))
            : u"part %1 is missing (parts are counted from 0)"_s.arg(index);
        return std::nullopt;
    }
    return order;
}

bool isPlainFileName(const QString &name)
{
    const auto isBad = [](QChar character) {
        return character == u'/' || character == u'\\'
            || character.category() == QChar::Other_Control || character.isNull();
    };
    return !name.isEmpty() && name != u"."_s && name != u".."_s
        && name.toUtf8().size() <= kFileNameBytes && std::none_of(name.begin(), name.end(), isBad);
}

bool isMimeType(const QString &text)
{
    const QString restrictedName = u"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"_s;
    return matches(text, restrictedName + u'/' + restrictedName);
}

bool isPurpose(const QString &text)
{
    return matches(text, u"[a-z][a-z0-9_-]{0,63}"_s);
}

} // namespace longshore
