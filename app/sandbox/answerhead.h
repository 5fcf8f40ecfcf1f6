#pragma once

#include "answer.h"

#include <QByteArray>

#include <chrono>

namespace longshore::sandbox {

struct AnswerFrame
{
    qint64 contentLength = 0;
    bool isKeptAlive = false;
    std::chrono::milliseconds date{0}; ///< since 1970
    std::chrono::milliseconds processing{0};
};

/// The status line and all headers, with the empty line. The answer's own headers win.
QByteArray answerHead(const Answer &answer, const AnswerFrame &frame);

/// Whether the answer's own headers say that the connection ends with it.
bool closesConnection(const Answer &answer);

} // namespace longshore::sandbox
