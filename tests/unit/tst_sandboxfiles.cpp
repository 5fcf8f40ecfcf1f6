#include "sandboxservice.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

class TestSandboxFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsFilesPrivate();
    void givesFilesTheirLife();
    void listsFiles();
    void listsFilesOfEarlierStarts();
    void ignoresJunk();
    void removesPartsOfAKilledStart();
    void sharesAFolder();
};

void TestSandboxFiles::keepsFilesPrivate()
{
    QTemporaryDir dir;
    SandboxService service(dir.path() + u"/new/sandbox"_s);
    const QString file = service.m_store.filesDir() + u'/' + service.upload("x");
    const auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
    QCOMPARE(QFile::permissions(file), owner);
    QCOMPARE(QFile::permissions(file + u".json"_s), owner);
    for (const QString &folder : {service.m_store.filesDir(), dir.path() + u"/new/sandbox"_s})
        QCOMPARE(QFile::permissions(folder), owner | QFile::ExeOwner | QFile::ExeUser);
}

void TestSandboxFiles::givesFilesTheirLife()
{
    SandboxService service;
    const QString forever = service.upload("x");
    const QString batch = service.upload("x", u"batch"_s);
    const QString id = service.create(1, u"user_data"_s, std::chrono::seconds(3600));
    const Answer answer = service.m_uploads.complete(id, {{service.add(id, "x")}, {}});
    const QJsonObject file = objectOf(answer).value("file"_L1).toObject();
    QCOMPARE(file.value("expires_at"_L1).toInteger() - file.value("created_at"_L1).toInteger(),
             3600);
    QCOMPARE(service.m_files.ids().size(), 3);
    service.m_clock.advance(std::chrono::seconds(3600));
    QCOMPARE(service.m_files.describe(file.value("id"_L1).toString()).status, 404);
    QVERIFY(service.contentOf(file.value("id"_L1).toString()).isNull());
    QCOMPARE(service.m_files.ids().size(), 2);
    service.m_clock.advance(std::chrono::hours(30 * 24));
    QCOMPARE(service.m_files.ids(), QStringList{forever});
    QCOMPARE(service.m_files.describe(batch).status, 404);
}

void TestSandboxFiles::listsFiles()
{
    SandboxService service;
    QStringList ids;
    for (int i = 0; i < 4; ++i) {
        ids.append(service.upload("x", i == 2 ? u"vision"_s : u"user_data"_s));
        service.m_clock.advance(std::chrono::seconds(10));
    }
    QCOMPARE(service.list("order=asc"), ids);
    QCOMPARE(service.list({}), QStringList(ids.rbegin(), ids.rend()));
    QCOMPARE(service.list("purpose=vision"), QStringList{ids[2]});
    QCOMPARE(service.list("purpose=evals"), QStringList());
    QCOMPARE(service.list("limit=2"), QStringList({ids[3], ids[2]}));
    const QByteArray after = "limit=2&after=" + ids[2].toLatin1();
    QCOMPARE(service.list(after), QStringList({ids[1], ids[0]}));
    QJsonObject page = objectOf(service.m_files.list({{}, 2, false, {}}));
    QCOMPARE(page.value("object"_L1).toString(), u"list"_s);
    QCOMPARE(page.value("first_id"_L1).toString(), ids[3]);
    QCOMPARE(page.value("last_id"_L1).toString(), ids[2]);
    QVERIFY(page.value("has_more"_L1).toBool());
    page = objectOf(service.m_files.list({{}, 2, false, ids[2]}));
    QVERIFY(!page.value("has_more"_L1).toBool(true));
    page = objectOf(service.m_files.list({u"evals"_s, 2, false, {}}));
    QVERIFY(page.value("first_id"_L1).isNull() && page.value("last_id"_L1).isNull());
    QCOMPARE(service.m_files.list({{}, 2, false, u"file-x"_s}).status, 400);

    QCOMPARE(objectOf(service.m_files.remove(ids[1])).value("deleted"_L1).toBool(), true);
    QCOMPARE(service.m_files.remove(ids[1]).status, 404);
    QVERIFY(service.contentOf(ids[1]).isNull());
    QCOMPARE(service.list("order=asc"), QStringList({ids[0], ids[2], ids[3]}));
}

void TestSandboxFiles::listsFilesOfEarlierStarts()
{
    QTemporaryDir dir;
    QStringList ids;
    QJsonObject described;
    for (int start = 0; start < 3; ++start) {
        SandboxService service(dir.path());
        service.m_clock.advance(std::chrono::seconds(100 * start));
        QCOMPARE(service.list("order=asc"), ids);
        if (start == 2)
            QCOMPARE(objectOf(service.m_files.describe(ids[0])), described);
        ids.append(service.upload("content"));
        if (start == 0)
            described = objectOf(service.m_files.describe(ids[0]));
        QCOMPARE(service.contentOf(ids[0]), QByteArray("content"));
    }
    QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList{u"files"_s});
}

void TestSandboxFiles::ignoresJunk()
{
    QTemporaryDir dir;
    QString id;
    {
        SandboxService service(dir.path());
        id = service.upload("content");
    }
    const QString files = dir.filePath(u"files"_s);
    const auto write = [&](const QString &name, const QByteArray &content) {
        QFile file(files + u'/' + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    };
    const QString good = u"file-AAAAAAAAAAAAAAAAAAAAAA"_s;
    write(u"notes.txt"_s, "x");
    write(u"file-.json"_s, "{}");
    write(u"file-x.json"_s, "{");
    write(good + u".json"_s, QByteArray(100'000, ' '));
    write(u"file-BBBBBBBBBBBBBBBBBBBBBB.json"_s, "[1]");
    QFile object(files + u'/' + id + u".json"_s);
    QVERIFY(object.open(QIODevice::ReadOnly));
    const QByteArray json = object.readAll();
    write(u"file-CCCCCCCCCCCCCCCCCCCCCC.json"_s, json); // not its own id
    const QString traversal = u"../../../etc/passwd"_s;
    write(u"file-DDDDDDDDDDDDDDDDDDDDDD.json"_s,
          QByteArray(json).replace(id.toLatin1(), traversal.toLatin1()));
    write(u"file-EEEEEEEEEEEEEEEEEEEEEE.json"_s, // no content
          QByteArray(json).replace(id.toLatin1(), "file-EEEEEEEEEEEEEEEEEEEEEE"));
    write(u"file-FFFFFFFFFFFFFFFFFFFFFF"_s, "short");
    write(u"file-FFFFFFFFFFFFFFFFFFFFFF.json"_s,
          QByteArray(json).replace(id.toLatin1(), "file-FFFFFFFFFFFFFFFFFFFFFF"));
    SandboxService service(dir.path());
    QCOMPARE(service.m_files.ids(), QStringList{id});
}

void TestSandboxFiles::removesPartsOfAKilledStart()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkpath(u"parts-dead/upload_x"_s));
    // The lock of a process that is no more, as QLockFile writes it.
    QFile lock(dir.filePath(u"parts-dead.lock"_s));
    QVERIFY(lock.open(QIODevice::WriteOnly));
    lock.write("999999999\ngone\n" + QSysInfo::machineHostName().toUtf8() + "\n");
    lock.close();
    SandboxService service(dir.path());
    QVERIFY(!QFileInfo::exists(dir.filePath(u"parts-dead"_s)));
    QVERIFY(!QFileInfo::exists(dir.filePath(u"parts-dead.lock"_s)));
}

void TestSandboxFiles::sharesAFolder()
{
    QTemporaryDir dir;
    SandboxService first(dir.path());
    const QString id = first.create(3);
    const QString part = first.add(id, "one");
    SandboxService second(dir.path());
    QVERIFY(!second.upload("x").isEmpty());
    QCOMPARE(first.m_uploads.complete(id, {{part}, {}}).status, 200);
}

QTEST_GUILESS_MAIN(TestSandboxFiles)
#include "tst_sandboxfiles.moc"
