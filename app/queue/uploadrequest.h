#pragma once

#include "api/apierror.h"
#include "api/endpoint.h"
#include "transfer/uploadspec.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace longshore {

/// How an upload is cut, which never changes while it lives under its key with the same files.
struct UploadPlan
{
    QList<SourceFile> sources; ///< more than one: combined
    QList<PlannedPart> parts; ///< in file order
    qint64 partSize = 0; ///< bytes
    bool cutAtLines = false; ///< any order of parts is a valid JSONL file
};

/// What the user asks for: one upload of one file, or of several combined. A value.
struct UploadRequest
{
    QStringList paths; ///< as the user gave them; more than one only with combineName
    QString combineName; ///< name of the combined upload; empty: not combined
    QString purpose; ///< empty: fine-tune for .jsonl, else user_data
    QString mimeType; ///< empty: by the name's extension and the purpose's table
    std::optional<std::chrono::seconds> expiresAfter;
    std::optional<qint64> partSize; ///< bytes
    /// For the size of parts where none is given. The engine's to set.
    LineHints line;
    /// How they were cut before, which stays while they are the same. The engine's to set.
    std::optional<UploadPlan> earlier;
    std::optional<bool> cutAtLines; ///< none: only for combined .jsonl
    QList<int> order; ///< empty: file order; otherwise a permutation of all parts
    bool sendMd5 = true;
    bool hold = false;
    HoldEnd holdEnd = HoldEnd::LetExpire;
    bool resume = true; ///< go on with what the journal knows of the same files
    std::chrono::seconds giveUpAfter{300}; ///< create only; 0: never
};

/// What came of a request: its place in the queue.
struct QueuedUpload
{
    QString key; ///< names the upload from now on, the same after a resume
    QStringList paths; ///< canonical
    QString filename;
    qint64 bytes = 0;
    int parts = 0;
    qint64 partSize = 0;
    QString purpose;
    QString mimeType;
    bool combined = false; ///< of several files, or of one under a name of its own
    bool cutAtLines = false; ///< any order of parts is a valid JSONL file
};

/// How an engine works.
struct EngineSettings
{
    Endpoint endpoint;
    /// No proxy, whatever the environment and the system say: for the sandbox in the same process.
    bool direct = false;
    /// Tells services apart in the journal; empty: the endpoint's own. For the sandbox, whose port
    /// is another one at each start.
    QString identity;
    QString dataDir; ///< journal and locks; created if missing
    int lanes = 0; ///< parts under way at once over all uploads, 1..16; 0: as the line wants
    /// Under way at once; more while those that are have fewer parts left than there are lanes.
    int uploadsAtOnce = 2;
    qint64 rateLimit = 0; ///< bytes/s over all uploads, 0: none
    int linePercent = 100; ///< at most so much of the line, as LineShare takes it; 100: all of it
    /// An upload that the measured line can't bring within its life waits for the user's word
    /// before its first byte; otherwise it is warned about.
    bool asksWhenTooSlow = false;
    /// A completed upload goes on record once Engine::told() says that the user knows its file;
    /// otherwise at once.
    bool completionsWait = false;

    /// What this engine's uploads are known by in the journal.
    QString journalIdentity() const { return identity.isEmpty() ? endpoint.identity() : identity; }
};

} // namespace longshore
