#include "fuzz/fuzzer.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

/// libFuzzer's, called once; its declaration comes with no header.
extern "C" int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    // Qt's plug-ins and its command line parser want one. It lives as long as the process.
    static QCoreApplication application(*argc, *argv);
    return 0;
}

namespace longshore::fuzz {

namespace {

struct Range
{
    char32_t first;
    char32_t last;
};

// Written down here, so that a mistake in shownText() is not repeated.
constexpr Range kHidden[] = {
    {0x00, 0x1f}, // control
    {0x7f, 0x9f},     {0xad, 0xad}, // soft hyphen
    {0x61c, 0x61c}, // Arabic letter mark
    {0x180e, 0x180e}, {0x200b, 0x200f}, // zero width, direction marks
    {0x2028, 0x202e}, // line and paragraph separators, embeddings, overrides
    {0x2060, 0x206f}, // isolates
    {0xd800, 0xdfff}, // half a character
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}, // tags
};

} // namespace

void require(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "Does not hold: %s.\n", property);
    std::abort();
}

bool isShowable(const QString &text)
{
    const QList<uint> characters = text.toUcs4();
    return std::none_of(characters.begin(), characters.end(), [](char32_t character) {
        return std::any_of(std::begin(kHidden), std::end(kHidden), [character](const Range &range) {
            return character >= range.first && character <= range.last;
        });
    });
}

qint64 numberIn(QByteArrayView text)
{
    return text.toByteArray().trimmed().toLongLong();
}

QString scratchFolder()
{
    static const QTemporaryDir folder;
    require(folder.isValid(), "there is a folder for temporary files");
    return folder.path();
}

QByteArrayView Lines::next()
{
    return takeWord(&m_rest, '\n');
}

QByteArrayView takeWord(QByteArrayView *text, char separator)
{
    const qsizetype end = text->indexOf(separator);
    const QByteArrayView word = end < 0 ? *text : text->first(end);
    *text = end < 0 ? QByteArrayView() : text->sliced(end + 1);
    return word;
}

} // namespace longshore::fuzz
