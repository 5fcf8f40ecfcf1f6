#pragma once

#include "queue/journalfile.h"
#include "queue/journalrequest.h"
#include "transfer/uploadchange.h"

#include <QString>

namespace longshore {

/// What a change is lost for if a power cut undoes it.
Durability durabilityOf(const UploadChange &change);

/// Writes a change of the upload to the journal's tables. `problem` is a sentence where the upload
/// can't be changed so. False: see the connection's failure().
bool recordChange(SqliteConnection &connection, const QString &key, const UploadChange &change,
                  QString *problem);

/// Another purpose and MIME type; id and confirmed parts are forgotten. False: see the connection's
/// failure().
bool changeDetails(SqliteConnection &connection, const DetailsRequest &details);

/// Deletes the upload; if it had ended (failed or unknown) its row of the history is written now,
/// as nothing follows.
bool forgetUpload(SqliteConnection &connection, const QString &key);

} // namespace longshore
