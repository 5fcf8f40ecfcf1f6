#pragma once

#include <QString>

/// Writes a journal as an earlier version of the program made it.
bool makeOldJournal(const QString &path, int version);
