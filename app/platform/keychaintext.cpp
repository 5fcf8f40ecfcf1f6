#include "platform/keychaintext.h"

namespace longshore {

namespace {

constexpr qsizetype kLongest = 300;

} // namespace

QString quotedText(const QString &message)
{
    QString text;
    for (const char32_t character : message.simplified().toStdU32String()) {
        text += QChar::isPrint(character) && QChar::category(character) != QChar::Other_Format
            ? QString::fromUcs4(&character, 1)
            : QString(QChar::ReplacementCharacter);
        if (text.size() >= kLongest)
            break;
    }
    return text;
}

} // namespace longshore
