#include "ui/models/breakabletext.h"

#include <QList>

namespace longshore {

namespace {

/// Longer than the words of a language, shorter than a narrow window.
constexpr qsizetype kLongestWord = 40;
constexpr QChar kZeroWidthSpace(0x200b);

} // namespace

QString breakable(const QString &text)
{
    QString result;
    qsizetype wordLength = 0;
    for (const char32_t character : text.toUcs4()) {
        wordLength = QChar::isSpace(character) ? 0 : wordLength + 1;
        if (wordLength > kLongestWord) {
            result += kZeroWidthSpace;
            wordLength = 1;
        }
        result += QString::fromUcs4(&character, 1);
    }
    return result;
}

} // namespace longshore
