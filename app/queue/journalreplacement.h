#pragma once

#include <QString>

namespace longshore {

class SqliteConnection;

/// What came of a replacement: a problem, and nothing has changed; or what to tell the user.
struct Replacement
{
    QString problem; ///< a sentence
    QString notice; ///< a sentence
};

/// Why a file can't be the journal.
enum class Unusable {
    Damaged, ///< what can be read is taken over
    Foreign, ///< a database of another program
};

/// Sets the file at `journalPath` aside, under a name that is free in its folder, and puts a new
/// journal in its place. Nobody else may open the journal meanwhile; a process that has it open
/// can't write to it from the moment on at which it is read, and then finds another file under its
/// name. `connection` may be open to it and is closed. Nothing changes while another process keeps
/// the journal locked.
Replacement replaceJournal(const QString &journalPath, Unusable why, SqliteConnection &connection);

/// Finishes what a crash interrupted after the old file was set aside, if anything. Nobody else may
/// open the journal meanwhile.
void finishReplacement(const QString &journalPath);

} // namespace longshore
