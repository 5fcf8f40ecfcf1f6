#pragma once

#include "queue/journalstore.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

/// Journals to be damaged, and what may be found in them afterwards.
namespace journaldamage {

QByteArray contentOf(const QString &path);
bool write(const QString &path, const QByteArray &bytes);

/// Overwrites the page in which `text` stands last, as something that is no page.
bool spoilPageOf(const QString &path, const QByteArray &text);
/// The names of files that were set aside, of those that end so.
QStringList setAside(const QString &dir, const QString &end);

/// Fills DIR/journal.sqlite with uploads in every state; those that are read from it, by key.
QHash<QString, longshore::StoredUpload> makeJournal(const QString &dir);
/// One that stands in it, amid others.
QByteArray aPartId();
/// All that can be read, unfinished and ended, by key.
QHash<QString, longshore::StoredUpload> allUploads(longshore::JournalStore &store);

/// Whether each of `found` is as in `originals`, perhaps without some of its confirmed parts. A
/// sentence, or empty.
QString difference(const QHash<QString, longshore::StoredUpload> &found,
                   const QHash<QString, longshore::StoredUpload> &originals);
/// A sentence if an upload can't be written to the journal and read again.
QString useProblem(longshore::JournalStore &store);

/// Unfinished uploads among them.
int unfinishedIn(const QHash<QString, longshore::StoredUpload> &uploads);
/// The number of uploads that were taken over, as the notice tells it; -1 if it doesn't.
int takenOver(const QString &notice);

} // namespace journaldamage
