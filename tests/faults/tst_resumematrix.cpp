#include "resumecell.h"
#include "unit/enginefixture.h"
#include "unit/sandboxclient.h"

#include "queue/intake.h"
#include "queue/journal.h"

#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kPartBytes = 1000;
constexpr qint64 kFileBytes = kPartBytes * kCellParts;
const QString kKey = u"00000000-0000-4000-8000-000000000001"_s;

/// What SQLite may not write beyond, in bytes: less than a journal's log needs for one change.
constexpr rlim_t kFullDisk = 6000;

QByteArray contentOfFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("can't write the test's file");
}

/// Runs statements on a journal that nobody has open.
void changeJournal(const QString &path, const QStringList &statements)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"change"_s);
        database.setDatabaseName(path);
        if (!database.open())
            qFatal("can't open the test's journal");
        for (const QString &statement : statements) {
            QSqlQuery query(database);
            if (!query.exec(statement))
                qFatal("%s", qPrintable(query.lastError().text()));
        }
    }
    QSqlDatabase::removeDatabase(u"change"_s);
}

/// Bounds what the process can write to a file, while it lives.
class FullDisk
{
public:
    explicit FullDisk(bool full)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        if (!full)
            return;
        rlimit bound = m_before;
        bound.rlim_cur = kFullDisk;
        ::setrlimit(RLIMIT_FSIZE, &bound);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    Q_DISABLE_COPY_MOVE(FullDisk)

private:
    rlimit m_before{};
};

/// One cell: an upload that an earlier run left, and what the next one makes of it.
class Trial
{
public:
    explicit Trial(const ResumeCell &cell)
        : m_cell(cell)
    {
        m_fixture.engine.reset();
        m_path = m_fixture.makeFile(u"a.bin"_s, kFileBytes);
        m_content = contentOfFile(m_path);
        if (m_cell.stage == Stage::HeldReordered)
            m_order = {4, 3, 2, 1, 0};
    }

    ResumeOutcome run(quint32 seed)
    {
        prepareService();
        prepareJournal();
        strike(seed);
        const auto before = m_fixture.service->statistics().requests;
        ResumeOutcome outcome;
        {
            const FullDisk fullDisk(m_cell.journal == JournalFate::Full);
            m_fixture.startEngine();
            outcome.end = goOn();
            m_fixture.engine.reset();
        }
        const auto after = m_fixture.service->statistics().requests;
        outcome.creates = static_cast<int>(after.create - before.create);
        outcome.parts = static_cast<int>(after.part - before.part);
        outcome.files = static_cast<int>(m_fixture.service->fileIds().size());
        return outcome;
    }

    /// Empty, or what of the completed upload is not as it has to be.
    QString contentProblem(const ResumeOutcome &outcome) const
    {
        if (outcome.end != "completed"_L1)
            return {};
        QByteArray expected = m_content;
        const bool isOld = outcome.parts == 0 || m_cell.file == FileFate::Same;
        if (!isOld)
            expected = contentOfFile(m_path);
        // An order is the journal's to know: what is begun as new has none.
        const bool isReordered = m_usedKey == kKey && m_cell.stage == Stage::HeldReordered;
        if (isReordered)
            expected = reordered(expected);
        return m_fixture.contentOf(m_fileId) == expected ? QString()
                                                         : u"another content than the file's"_s;
    }

private:
    QByteArray part(int index) const { return m_content.mid(index * kPartBytes, kPartBytes); }

    static QByteArray reordered(const QByteArray &content)
    {
        QByteArray result;
        for (int index = kCellParts - 1; index >= 0; --index)
            result += content.mid(index * kPartBytes, kPartBytes);
        return result;
    }

    void prepareService()
    {
        SandboxClient client(*m_fixture.service);
        const QJsonObject upload = client.create(kFileBytes).json();
        m_created.uploadId = upload.value("id"_L1).toString();
        m_created.createdAt = upload.value("created_at"_L1).toInteger();
        m_created.expiresAt = upload.value("expires_at"_L1).toInteger();
        const int count = m_cell.stage == Stage::NothingSent ? 0
            : m_cell.stage == Stage::SomeParts               ? 2
                                                             : kCellParts;
        QStringList ids;
        for (int index = 0; index < count; ++index) {
            const QString id = client.addPart(m_created.uploadId, part(index)).id();
            m_confirmed.insert(index, id);
            ids.append(id);
        }
        if (m_cell.stage == Stage::CompleteUnanswered || m_cell.stage == Stage::Completed) {
            const QJsonObject done = client.complete(m_created.uploadId, ids).json();
            m_firstFile = done.value("file"_L1).toObject().value("id"_L1).toString();
        }
    }

    void prepareJournal()
    {
        const EngineSettings settings = m_fixture.settings();
        UploadRequest request = m_fixture.request(m_path, kPartBytes);
        request.hold = m_cell.stage == Stage::HeldReordered;
        StoredUpload upload = examine(request, settings.endpoint).upload;
        upload.identity = settings.journalIdentity();
        upload.spec.key = kKey;
        upload.progress.created = m_created;
        upload.progress.confirmedParts = m_confirmed;
        upload.progress.order = m_order;
        upload.progress.completing =
            m_cell.stage == Stage::CompleteNotArrived || m_cell.stage == Stage::CompleteUnanswered;
        Journal journal;
        journal.open(settings.dataDir, {});
        journal.add(upload, {});
        if (m_cell.stage == Stage::Completed)
            journal.record(kKey, UploadCompleted{m_firstFile, {}}, {});
    }

    QString journalPath() const
    {
        return QDir(m_fixture.settings().dataDir).filePath(u"journal.sqlite"_s);
    }

    void strike(quint32 seed)
    {
        if (m_cell.file == FileFate::Gone)
            QFile::remove(m_path);
        else if (m_cell.file == FileFate::Changed)
            writeFile(m_path, QByteArray(kFileBytes, 'x'));
        if (m_cell.service == ServiceFate::Expired) {
            m_fixture.service->advanceClock(std::chrono::seconds(3700));
        } else if (m_cell.service == ServiceFate::CancelledElsewhere) {
            SandboxClient client(*m_fixture.service);
            client.request("POST", "/v1/uploads/" + m_created.uploadId.toLatin1() + "/cancel", {},
                           {});
        }
        const QString journal = journalPath();
        switch (m_cell.journal) {
        case JournalFate::Good:
        case JournalFate::Full:
            break;
        case JournalFate::Torn: {
            QByteArray bytes = contentOfFile(journal);
            QRandomGenerator random(seed);
            const qsizetype from = random.bounded(static_cast<int>(bytes.size()) - 512);
            for (qsizetype i = from; i < from + 512; ++i)
                bytes[i] = static_cast<char>(random.bounded(256));
            writeFile(journal, bytes);
            break;
        }
        case JournalFate::Older:
            changeJournal(journal,
                          {u"DROP TABLE rates"_s, u"DROP INDEX uploads_by_age"_s,
                           u"ALTER TABLE uploads DROP COLUMN plan_seal"_s,
                           u"ALTER TABLE uploads DROP COLUMN seal"_s,
                           u"ALTER TABLE parts DROP COLUMN seal"_s, u"PRAGMA user_version = 2"_s});
            break;
        case JournalFate::Newer:
            changeJournal(journal, {u"PRAGMA user_version = 99"_s});
            break;
        case JournalFate::ReadOnly:
            QFile::setPermissions(journal, QFile::ReadOwner);
            QFile::setPermissions(m_fixture.settings().dataDir, QFile::ReadOwner | QFile::ExeOwner);
            break;
        }
    }

    QString goOn()
    {
        if (m_cell.way == Way::Named) {
            UploadRequest request = m_fixture.request(m_path, kPartBytes);
            request.hold = m_cell.stage == Stage::HeldReordered;
            m_usedKey = m_fixture.add(request);
            if (m_usedKey.isEmpty()) {
                const ApiError error = m_fixture.refusals.values().value(0);
                return u"refused:"_s + errorKindName(error.kind);
            }
        } else {
            if (!m_fixture.restore())
                return u"never restored"_s;
            if (m_fixture.restored.isEmpty())
                return u"none"_s;
            m_usedKey = m_fixture.restored.constFirst().key;
        }
        const auto state = [this] { return m_fixture.state(m_usedKey); };
        if (!EngineFixture::waitUntil(
                [&] { return isEnded(state()) || state() == UploadState::Ready; }))
            return u"never ended, %1"_s.arg(uploadStateName(state()));
        m_fixture.engine->complete(m_usedKey);
        if (!EngineFixture::waitUntil([&] { return isEnded(state()); }))
            return u"never ended after complete, %1"_s.arg(uploadStateName(state()));
        const UploadSnapshot snapshot = m_fixture.snapshots.value(m_usedKey);
        m_fileId = snapshot.fileId;
        return snapshot.state == UploadState::Failed
            ? u"failed:"_s + errorKindName(snapshot.error.kind)
            : uploadStateName(snapshot.state);
    }

    const ResumeCell m_cell;
    EngineFixture m_fixture;
    QString m_path;
    QByteArray m_content;
    QList<int> m_order;
    UploadCreated m_created;
    QHash<int, QString> m_confirmed;
    QString m_firstFile;
    QString m_usedKey;
    QString m_fileId;
};

} // namespace

/// Every stage of an upload × what became meanwhile of its file, of it at the service, and of the
/// journal × both ways to come back to it.
class ResumeMatrixTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cell_data();
    void cell();
};

void ResumeMatrixTest::cell_data()
{
    QTest::addColumn<ResumeCell>("cell");
    const QList<ResumeCell> cells = resumeCells();
    for (const ResumeCell &cell : cells)
        QTest::newRow(qPrintable(cell.name())) << cell;
}

void ResumeMatrixTest::cell()
{
    QFETCH(ResumeCell, cell);
    const auto seed = static_cast<quint32>(qHash(cell.name(), 1));
    Trial trial(cell);
    const ResumeOutcome outcome = trial.run(seed);
    QStringList allowed;
    bool isAllowed = false;
    for (const ResumeOutcome &one : allowedOutcomes(cell)) {
        allowed.append(one.text());
        isAllowed = isAllowed || one.allows(outcome);
    }
    QVERIFY2(isAllowed,
             qPrintable(
                 u"%1, not %2 (seed %3)"_s.arg(outcome.text(), allowed.join(u" or "_s)).arg(seed)));
    QCOMPARE(trial.contentProblem(outcome), QString());
}

int main(int argc, char **argv)
{
    // Root may write where it is forbidden to.
    if (::geteuid() == 0
        && (::setgroups(0, nullptr) != 0 || ::setresgid(65534, 65534, 65534) != 0
            || ::setresuid(65534, 65534, 65534) != 0))
        qFatal("can't become nobody");
    // Each cell makes sure several times that the disk has its journal; memory does for the test.
    if (::access("/dev/shm", W_OK) == 0)
        qputenv("TMPDIR", "/dev/shm");
    // A file that may not grow is an error of the write, and not the end.
    ::signal(SIGXFSZ, SIG_IGN);
    QCoreApplication application(argc, argv);
    ResumeMatrixTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_resumematrix.moc"
