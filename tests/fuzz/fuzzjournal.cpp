#include "fuzz/fuzzer.h"
#include "fuzz/journalpatch.h"

#include "queue/journalschema.h"
#include "queue/journalstore.h"
#include "queue/sqliteconnection.h"
#include "unit/journalsamples.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>

#include <algorithm>
#include <array>

using namespace longshore;
using namespace longshore::fuzz;
using namespace Qt::StringLiterals;

namespace samples = journalsamples;

namespace {

constexpr int kMostEnded = 1000;
/// Uploads of a journal that are worked with: the others are much the same.
constexpr qsizetype kMostUsed = 2;
constexpr std::array kLongTables{"uploads"_L1, "history"_L1};

// Where SQLite's header has what `PRAGMA user_version` and `application_id` are. Read here by hand,
// so that a mistake of kindByHeader() is not repeated.
constexpr qsizetype kVersionOffset = 60;
constexpr qsizetype kApplicationOffset = 68;
constexpr qsizetype kHeaderBytes = 100;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

qint64 headerNumber(const QByteArray &content, qsizetype offset)
{
    return content.size() < kHeaderBytes ? 0 : qFromBigEndian<qint32>(content.constData() + offset);
}

bool isNewer(const QByteArray &content)
{
    return headerNumber(content, kApplicationOffset) == kJournalApplicationId
        && headerNumber(content, kVersionOffset) > kJournalVersion;
}

bool isForeign(const QByteArray &content)
{
    return headerNumber(content, kApplicationOffset) != 0
        && headerNumber(content, kApplicationOffset) != kJournalApplicationId;
}

/// Whether taking over what can be read takes seconds: of a table whose end can't be read rows are
/// looked up by all numbers that they may have. With sanitizers nothing else would be tried.
bool isSearchedForLong(const QByteArray &content)
{
    const QString path = scratchFolder() + u"/searched.sqlite"_s;
    QFile file(path);
    require(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(),
            "the file could be written");
    file.close();
    SqliteConnection connection;
    if (!connection.open(path, u"QSQLITE_OPEN_READONLY"_s)
        || !connection.runOnce(u"PRAGMA writable_schema = ON"_s) || !connection.runOnce(u"BEGIN"_s))
        return false;
    return std::any_of(
        kLongTables.begin(), kLongTables.end(), [&connection](QLatin1StringView table) {
            bool hasRows = false;
            const bool complete =
                connection.runOnce(u"SELECT id FROM %1 NOT INDEXED ORDER BY id DESC"_s.arg(table),
                                   [&hasRows](const QSqlQuery &) { hasRows = true; });
            return !complete && !hasRows;
        });
}

/// The outcome of one request, and whether it was carried out.
struct Carried
{
    JournalOutcome outcome;
    bool done = false;
};

Carried carryOut(JournalStore &store, const JournalRequest &request)
{
    Carried carried;
    const auto result = store.carryOut({&request, 1}, {&carried.outcome, 1});
    const bool isDone = result == JournalStore::Result::Done;
    require(isDone || !carried.outcome.problem.isEmpty(), "what is not carried out has a reason");
    require(result != JournalStore::Result::Locked, "nobody else has the journal locked");
    carried.done = isDone && carried.outcome.problem.isEmpty();
    return carried;
}

/// The services of the journals that the patches begin with.
QStringList identities()
{
    return {u"service"_s, samples::freshUpload(QString()).identity,
            samples::upload(QString()).identity};
}

QList<StoredUpload> allUploads(JournalStore &store)
{
    QList<StoredUpload> uploads;
    for (const QString &identity : identities()) {
        uploads += carryOut(store, UnfinishedRequest{identity}).outcome.uploads;
        uploads += carryOut(store, EndedRequest{identity, kMostEnded}).outcome.uploads;
    }
    return uploads;
}

/// What an upload from a journal is asked for, whatever it is. What can't be done says so.
void useUpload(JournalStore &store, const StoredUpload &upload)
{
    carryOut(store, FindRequest{upload.matchKey()});
    const QString &key = upload.spec.key;
    const QList<UploadChange> changes{UploadCreated{u"upload_2"_s, 1000, 4600, 0},
                                      PartConfirmed{0, u"part_2"_s},
                                      OrderChosen{upload.progress.order},
                                      HoldChanged{true, HoldEnd::CompleteBefore},
                                      CompletingStarted{upload.progress.order, QByteArray()},
                                      UploadFailed{upload.error},
                                      UploadRestarted{},
                                      UploadUnknown{u"nobody knows"_s},
                                      UploadCompleted{u"file-2"_s, QByteArray()}};
    for (const UploadChange &change : changes)
        carryOut(store, RecordRequest{key, change});
    carryOut(store, DetailsRequest{key, u"batch"_s, u"text/jsonl"_s, upload.matchKey()});
    carryOut(store, RemoveRequest{key});
}

/// What the journal of this version holds that patches begin with.
const QList<StoredUpload> &presentUploads()
{
    static const QList<StoredUpload> uploads = [] {
        const QTemporaryDir dir(scratchFolder() + u"/present-XXXXXX"_s);
        patchJournal(dir.path(), "journal " + QByteArray::number(journalCount() - 1));
        JournalStore store;
        require(store.open(dir.path()).isEmpty(), "the present journal can be opened");
        return allUploads(store);
    }();
    return uploads;
}

/// Whether the upload is as it was written, but for its place and for parts to be sent again.
bool isAsWritten(StoredUpload upload)
{
    const QList<StoredUpload> &all = presentUploads();
    const auto written = std::find_if(all.begin(), all.end(), [&upload](const auto &other) {
        return other.spec.key == upload.spec.key;
    });
    if (written == all.end())
        return false;
    const QHash<int, QString> &writtenParts = written->progress.confirmedParts;
    for (auto [part, id] : upload.progress.confirmedParts.asKeyValueRange()) {
        if (writtenParts.value(part, u"none"_s) != id)
            return false;
    }
    upload.position = written->position;
    upload.progress.confirmedParts = writtenParts;
    return upload == *written;
}

/// What is written is found again; where tables are not as they should be it may be refused.
void checkNewUpload(JournalStore &store, bool isRefusable)
{
    StoredUpload upload = samples::upload(u"new"_s);
    upload.identity = u"another service"_s;
    const bool added = carryOut(store, AddRequest{upload}).done;
    const Carried found = carryOut(store, UnfinishedRequest{upload.identity});
    require(isRefusable || (added && found.done), "an upload can be added");
    if (!added || !found.done)
        return;
    require(found.outcome.uploads.size() == 1, "an upload that was added is there");
    StoredUpload again = found.outcome.uploads.first();
    again.position = upload.position; // it has the place that was free
    require(again == upload, "an upload comes back as it was");
}

/// Whether a file beside the journal holds this.
bool isKeptAside(const QString &dir, const QByteArray &content)
{
    const QStringList names =
        QDir(dir).entryList({u"journal-damaged-*.sqlite"_s, u"journal-foreign-*.sqlite"_s});
    return std::any_of(names.begin(), names.end(), [&](const QString &name) {
        return contentOf(dir + u'/' + name) == content;
    });
}

/// What must be known of a journal whose content before it was opened is `before`.
void checkOpened(const QString &dir, const Patched &patched, const QByteArray &before,
                 const QString &problem, JournalStore &store)
{
    const QStringList notices = store.takeNotices();
    if (patched.isWhole()) {
        require(problem.isEmpty() && notices.isEmpty(), "a journal of any version can be used");
        require(patched.journal == 0 || !allUploads(store).isEmpty(), "its uploads are there");
    }
    if (patched.bytes || patched.beside)
        return;
    if (isNewer(before)) {
        require(!problem.isEmpty(), "a journal of a later version is refused");
        require(contentOf(dir + u"/journal.sqlite"_s) == before, "and is not touched");
    } else if (isForeign(before)) {
        require(problem.isEmpty() && !notices.isEmpty(), "another program's database is replaced");
        require(isKeptAside(dir, before), "and is kept as it was");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QTemporaryDir dir(scratchFolder() + u"/journal-XXXXXX"_s);
    const Patched patched =
        patchJournal(dir.path(), QByteArrayView(data, static_cast<qsizetype>(size)));
    const QByteArray before = contentOf(dir.filePath(u"journal.sqlite"_s));

    if (isSearchedForLong(before))
        return 0;

    QList<StoredUpload> uploads;
    {
        JournalStore store;
        const QString problem = store.open(dir.path());
        checkOpened(dir.path(), patched, before, problem, store);
        if (!problem.isEmpty())
            return 0;
        // Damage may be found only when it is read; then it is mended.
        allUploads(store);
        uploads = allUploads(store);
    }
    JournalStore store;
    require(store.open(dir.path()).isEmpty(), "what was opened can be opened again");
    require(allUploads(store) == uploads, "what was read once is read again");
    if (patched.journal == journalCount() - 1
        && headerNumber(before, kVersionOffset) == kJournalVersion) {
        require(std::all_of(uploads.begin(), uploads.end(), isAsWritten),
                "damage is never taken for an upload");
    }
    for (const StoredUpload &upload : uploads.first(std::min(uploads.size(), kMostUsed)))
        useUpload(store, upload);
    checkNewUpload(store, !patched.isWhole());
    return 0;
}
