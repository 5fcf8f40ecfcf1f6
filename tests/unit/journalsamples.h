#pragma once

#include "queue/journal.h"

#include <QString>

#include <optional>

/// Uploads to put into a journal, and its calls as functions that run the event loop until the
/// answer is there.
namespace journalsamples {

/// Every field filled with something that is not its default. `parts` are of 10 bytes.
longshore::StoredUpload upload(const QString &key, int parts = 3);
/// The same, queued and with nothing recorded yet.
longshore::StoredUpload freshUpload(const QString &key, int parts = 3);
QString partId(int index);

/// The problem; "no answer" if there is none within a minute.
QString open(longshore::Journal &journal, const QString &dataDir);
QString add(longshore::Journal &journal, const longshore::StoredUpload &upload);
QString record(longshore::Journal &journal, const QString &key,
               const longshore::UploadChange &change);
std::optional<longshore::StoredUpload> find(longshore::Journal &journal, const QString &matchKey);
QList<longshore::StoredUpload> unfinished(longshore::Journal &journal, const QString &identity);
/// The completed and cancelled ones.
QList<longshore::StoredUpload> ended(longshore::Journal &journal, const QString &identity,
                                     int atMost = 1000);
/// The measured speed; -1 if there is no answer.
qint64 rate(longshore::Journal &journal, const QString &identity);

} // namespace journalsamples
