#include "ui/connection/resulttext.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Characters; longer words are broken. Request ids are shorter.
constexpr int kLongestWord = 40;
/// Characters between two places to break.
constexpr int kPiece = 10;

constexpr QChar kZeroWidthSpace(0x200b);

/// Where a line may end anyway.
bool endsWord(QChar character)
{
    return character.isSpace() || character == u'/' || character == u'-';
}

} // namespace

QString resultText(const ConnectionResult &result)
{
    QStringList sentences{result.sentence, result.advice};
    sentences.removeAll(QString());
    QStringList paragraphs{sentences.join(u' '), result.details};
    paragraphs.removeAll(QString());
    return paragraphs.join(u'\n');
}

QString breakable(const QString &text)
{
    QString broken;
    qsizetype start = 0;
    while (start < text.size()) {
        qsizetype end = start;
        while (end < text.size() && !endsWord(text.at(end)))
            ++end;
        for (qsizetype i = start; i < end; ++i) {
            const bool here = end - start > kLongestWord && i > start && (i - start) % kPiece == 0;
            // Not between the halves of a surrogate pair.
            if (here && !text.at(i).isLowSurrogate())
                broken += kZeroWidthSpace;
            broken += text.at(i);
        }
        if (end < text.size())
            broken += text.at(end);
        start = end + 1;
    }
    return broken;
}

} // namespace longshore
