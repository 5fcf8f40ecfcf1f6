#pragma once

#include "cli/livelines.h"

#include <QByteArray>

namespace longshore {

enum class Stream { Output = 1, Error = 2 };

/// Gives the program standard streams where its parent left some closed; otherwise the next file
/// that is opened, the journal perhaps, would become standard output. To be called before any file
/// is opened.
void openMissingStreams();

/// Writes all of it. Blocks while the reader is slow; no thread of its own. 0, or the errno of what
/// went wrong.
int writeAll(Stream stream, const QByteArray &bytes);

/// A terminal on which lines can be drawn over.
bool canDrawOver(Stream stream);

ScreenSize screenSize(Stream stream);

} // namespace longshore
