#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <cstddef>
#include <cstdint>

/// What each fuzzer defines: works on one input and returns 0. Called by libFuzzer, and by
/// replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace longshore::fuzz {

/// Ends the program with the sentence if a property does not hold.
void require(bool holds, const char *property);

/// True if nothing in `text` is invisible, moves the cursor, or changes the direction of text.
bool isShowable(const QString &text);

/// A whole number, with a sign or without; 0 where there is none.
qint64 numberIn(QByteArrayView text);

/// A folder of this process that is removed at its end, in memory where TMPDIR is.
QString scratchFolder();

/// Takes an input apart, line by line. Inputs are text where they can be, so that the corpus can be
/// read and written by people.
class Lines
{
public:
    explicit Lines(QByteArrayView text)
        : m_rest(text)
    {
    }

    bool atEnd() const { return m_rest.isEmpty(); }
    /// The next line, without its end.
    QByteArrayView next();
    /// What no call of next() has taken.
    QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
};

/// Cuts off and returns what is before the first `separator`; all, if there is none.
QByteArrayView takeWord(QByteArrayView *text, char separator = ' ');

} // namespace longshore::fuzz
