#include "api/showntext.h"

#include <QChar>
#include <QList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

bool isVisible(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format: // direction marks, zero width characters and tags
    case QChar::Other_Surrogate:
    case QChar::Other_NotAssigned:
    case QChar::Other_PrivateUse:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

QString escaped(char32_t character)
{
    return u"\\u{%1}"_s.arg(QString::number(character, 16).toUpper());
}

} // namespace

QString shownText(const QString &text, qsizetype limit)
{
    // Bounds the work for a text of a mebibyte; only long runs of white space lose by it.
    const QList<uint> characters = text.left(8 * limit).simplified().toUcs4();
    QString shown;
    for (const char32_t character : characters) {
        const QString next =
            !isVisible(character) ? escaped(character) : QString::fromUcs4(&character, 1);
        if (shown.size() + next.size() > limit) {
            while (!shown.isEmpty() && shown.size() >= limit)
                shown.chop(shown.back().isLowSurrogate() ? 2 : 1);
            return shown + u'…';
        }
        shown += next;
    }
    return shown;
}

} // namespace longshore
