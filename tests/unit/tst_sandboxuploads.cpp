#include "sandboxservice.h"

#include <QCryptographicHash>
#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <thread>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

class TestSandboxUploads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void createsLikeTheService();
    void completesInTheListedOrder_data();
    void completesInTheListedOrder();
    void refusesComplete_data();
    void refusesComplete();
    void staysPendingAfterWrongMd5();
    void countsEveryByteIfTold();
    void leavesNothingOfAnUnfinishedPart();
    void limitsAPart();
    void knowsThePartBefore();
    void endsOnce_data();
    void endsOnce();
    void refusesPartInFlightAtTheEnd();
    void expires();
    void takesPartsUntilItsEnd();
    void completesOnceAtATime();
};

void TestSandboxUploads::createsLikeTheService()
{
    SandboxService service;
    const Answer answer =
        service.m_uploads.create({u"x.jsonl"_s, u"fine-tune"_s, 8, u"text/jsonl"_s, {}});
    QCOMPARE(answer.status, 200);
    const QJsonObject upload = objectOf(answer);
    QVERIFY(QRegularExpression(u"\\Aupload_[0-9a-f]{32}\\z"_s)
                .match(upload.value("id"_L1).toString())
                .hasMatch());
    QCOMPARE(upload.value("object"_L1).toString(), u"upload"_s);
    QCOMPARE(upload.value("bytes"_L1).toInteger(), 8);
    QCOMPARE(upload.value("filename"_L1).toString(), u"x.jsonl"_s);
    QCOMPARE(upload.value("purpose"_L1).toString(), u"fine-tune"_s);
    QCOMPARE(upload.value("status"_L1).toString(), u"pending"_s);
    QCOMPARE(upload.value("expires_at"_L1).toInteger() - upload.value("created_at"_L1).toInteger(),
             3600);
    QVERIFY(!upload.contains("file"_L1));
    QCOMPARE(service.m_uploads.view(upload.value("id"_L1).toString())->state, UploadState::Pending);
}

void TestSandboxUploads::completesInTheListedOrder_data()
{
    QTest::addColumn<QString>("md5");
    const QByteArray sum = QCryptographicHash::hash("onetwothree", QCryptographicHash::Md5).toHex();
    QTest::newRow("without md5") << QString();
    QTest::newRow("with md5") << QString::fromLatin1(sum);
    QTest::newRow("with upper case") << QString::fromLatin1(sum.toUpper());
}

void TestSandboxUploads::completesInTheListedOrder()
{
    QFETCH(QString, md5);
    SandboxService service;
    const QString id = service.create(11);
    const QString three = service.add(id, "three");
    const QString one = service.add(id, "one");
    const QString unlisted = service.add(id, "unlisted");
    const QString two = service.add(id, "two");
    QVERIFY(QRegularExpression(u"\\Apart_[0-9a-f]{32}\\z"_s).match(two).hasMatch());
    QVERIFY(!unlisted.isEmpty());
    const Answer answer = service.m_uploads.complete(id, {{one, two, three}, md5});
    QCOMPARE(answer.status, 200);
    const QJsonObject upload = objectOf(answer);
    QCOMPARE(upload.value("status"_L1).toString(), u"completed"_s);
    const QJsonObject file = upload.value("file"_L1).toObject();
    const QString fileId = file.value("id"_L1).toString();
    QVERIFY(QRegularExpression(u"\\Afile-[0-9A-Za-z]{22}\\z"_s).match(fileId).hasMatch());
    QCOMPARE(file.value("object"_L1).toString(), u"file"_s);
    QCOMPARE(file.value("bytes"_L1).toInteger(), 11);
    QCOMPARE(file.value("filename"_L1).toString(), u"a.bin"_s);
    QCOMPARE(file.value("status"_L1).toString(), u"processed"_s);
    QVERIFY(file.contains("expires_at"_L1) && file.value("expires_at"_L1).isNull());
    QVERIFY(file.contains("status_details"_L1) && file.value("status_details"_L1).isNull());
    QCOMPARE(service.contentOf(fileId), QByteArray("onetwothree"));
    QCOMPARE(objectOf(service.m_files.describe(fileId)), file);
    const UploadView view = *service.m_uploads.view(id);
    QCOMPARE(view.state, UploadState::Completed);
    QCOMPARE(view.parts, 4);
    QCOMPARE(view.receivedBytes, 19);
    QCOMPARE(view.confirmedBytes, 19);
    QCOMPARE(view.fileId, fileId);
    QCOMPARE(service.m_uploads.lastComplete()->partIds, QStringList({one, two, three}));
    QCOMPARE(service.m_uploads.lastComplete()->md5, md5);
}

void TestSandboxUploads::refusesComplete_data()
{
    QTest::addColumn<QList<int>>("parts"); // -1: unknown, -2: another upload's
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("too few bytes") << QList<int>{0} << qint64(6);
    QTest::newRow("too many bytes") << QList<int>{0, 1} << qint64(3);
    QTest::newRow("twice the same") << QList<int>{0, 0} << qint64(6);
    QTest::newRow("unknown") << QList<int>{0, -1} << qint64(3);
    QTest::newRow("another upload's") << QList<int>{0, -2} << qint64(6);
}

void TestSandboxUploads::refusesComplete()
{
    QFETCH(QList<int>, parts);
    QFETCH(qint64, bytes);
    SandboxService service;
    const QString id = service.create(bytes);
    const QStringList ids{service.add(id, "one"), service.add(id, "two")};
    const QString other = service.add(service.create(3), "abc");
    CompleteRequest request;
    for (const int part : parts)
        request.partIds.append(part == -1 ? u"../"_s : part == -2 ? other : ids.at(part));
    const Answer answer = service.m_uploads.complete(id, request);
    QCOMPARE(answer.status, 400);
    QCOMPARE(errorField(answer, "param"_L1).toString(), u"part_ids"_s);
    QCOMPARE(service.m_uploads.view(id)->state, UploadState::Pending);
    QVERIFY(service.m_files.ids().isEmpty());
}

void TestSandboxUploads::staysPendingAfterWrongMd5()
{
    SandboxService service;
    const QString id = service.create(6);
    const QStringList parts{service.add(id, "one"), service.add(id, "two")};
    const QString wrong(32, u'0');
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Answer answer = service.m_uploads.complete(id, {parts, wrong});
        QCOMPARE(answer.status, 400);
        QCOMPARE(errorField(answer, "param"_L1).toString(), u"md5"_s);
        QCOMPARE(service.m_uploads.view(id)->state, UploadState::Pending);
    }
    QCOMPARE(QDir(service.m_store.filesDir()).entryList(QDir::Files), QStringList());
    QCOMPARE(service.m_uploads.complete(id, {{parts[1], parts[0]}, {}}).status, 200);
    QCOMPARE(service.contentOf(service.m_files.ids().at(0)), QByteArray("twoone"));
}

void TestSandboxUploads::countsEveryByteIfTold()
{
    SandboxService service({}, {std::chrono::hours(1), true});
    const QString id = service.create(3);
    const QString one = service.add(id, "one");
    const QString again = service.add(id, "one");
    QCOMPARE(service.m_uploads.complete(id, {{again}, {}}).status, 400);
    const QString other = service.create(3);
    QCOMPARE(service.m_uploads.complete(other, {{service.add(other, "one")}, {}}).status, 200);
    // All bytes together are right, but the file would be short.
    const QString third = service.create(6);
    const QString half = service.add(third, "one");
    service.add(third, "two");
    QCOMPARE(service.m_uploads.complete(third, {{half}, {}}).status, 400);
}

void TestSandboxUploads::leavesNothingOfAnUnfinishedPart()
{
    QTemporaryDir dir;
    SandboxService service(dir.path());
    const QString id = service.create(3);
    {
        const auto part = service.begin(id);
        QVERIFY(!part->write("abc"));
        QCOMPARE(service.m_uploads.view(id)->receivedBytes, 3);
    }
    QCOMPARE(service.m_uploads.view(id)->parts, 0);
    QCOMPARE(service.m_uploads.view(id)->confirmedBytes, 0);
    const auto empty = service.begin(id);
    const Answer refused = service.m_uploads.finishPart(*empty);
    QCOMPARE(refused.status, 400);
    QCOMPARE(errorField(refused, "param"_L1).toString(), u"data"_s);
}

void TestSandboxUploads::limitsAPart()
{
    SandboxService service;
    const std::string block(1'048'576, 'x');
    const auto part = service.begin(service.create(MaximumUploadBytes));
    for (int i = 0; i < 64; ++i)
        QVERIFY(!part->write(block));
    QCOMPARE(part->bytes(), MaximumPartBytes);
    const auto refused = part->write("x");
    QVERIFY(refused);
    QCOMPARE(refused->status, 413);
    QCOMPARE(service.m_uploads.finishPart(*part).status, 200); // 64 MiB exactly are fine
}

void TestSandboxUploads::knowsThePartBefore()
{
    SandboxService service;
    const QString id = service.create(6);
    const QString first = service.add(id, "one");
    const auto second = service.begin(id);
    QVERIFY(!second->write("two"));
    QCOMPARE(service.m_uploads.finishPart(*second).status, 200);
    QCOMPARE(second->previousPartId(), first);
}

void TestSandboxUploads::endsOnce_data()
{
    QTest::addColumn<UploadState>("state");
    QTest::newRow("completed") << UploadState::Completed;
    QTest::newRow("cancelled") << UploadState::Cancelled;
    QTest::newRow("expired") << UploadState::Expired;
}

void TestSandboxUploads::endsOnce()
{
    QFETCH(UploadState, state);
    QTemporaryDir dir;
    SandboxService service(dir.path());
    const QString id = service.create(3);
    const QString part = service.add(id, "one");
    if (state == UploadState::Completed) {
        QCOMPARE(service.m_uploads.complete(id, {{part}, {}}).status, 200);
    } else if (state == UploadState::Cancelled) {
        const Answer answer = service.m_uploads.cancel(id);
        QCOMPARE(answer.status, 200);
        QCOMPARE(objectOf(answer).value("status"_L1).toString(), u"cancelled"_s);
    } else {
        service.m_clock.advance(std::chrono::seconds(3600));
    }
    QCOMPARE(service.m_uploads.view(id)->state, state);
    const auto refused = service.m_uploads.beginPart(id);
    QCOMPARE(std::get<Answer>(refused).status, 400);
    QCOMPARE(service.m_uploads.cancel(id).status, 400);
    const Answer complete = service.m_uploads.complete(id, {{part}, {}});
    QCOMPARE(complete.status, 400);
    QCOMPARE(errorField(complete, "code"_L1).toString(),
             state == UploadState::Expired ? u"upload_expired"_s : QString());
    QCOMPARE(service.m_uploads.view(id)->state, state);
    // Its parts are gone from the disk.
    QCOMPARE(QDir(dir.path()).entryList({u"parts-*"_s}, QDir::Dirs).size(), 1);
    const QString parts =
        dir.filePath(QDir(dir.path()).entryList({u"parts-*"_s}, QDir::Dirs).constFirst());
    QVERIFY(QDir(parts).isEmpty());
    QCOMPARE(std::get<Answer>(service.m_uploads.beginPart(u"upload_x"_s)).status, 404);
    QCOMPARE(service.m_uploads.cancel(u"upload_x"_s).status, 404);
}

void TestSandboxUploads::refusesPartInFlightAtTheEnd()
{
    SandboxService service;
    const QString id = service.create(3);
    const QString one = service.add(id, "one");
    const auto late = service.begin(id);
    QVERIFY(!late->write("two"));
    QCOMPARE(service.m_uploads.complete(id, {{one}, {}}).status, 200);
    QCOMPARE(service.m_uploads.finishPart(*late).status, 400);
    QCOMPARE(service.m_uploads.view(id)->parts, 1);
}

void TestSandboxUploads::expires()
{
    SandboxService service({}, {std::chrono::seconds(60), false});
    const QString id = service.create(3);
    const auto late = service.begin(id);
    QVERIFY(!late->write("two"));
    service.m_clock.advance(std::chrono::seconds(60));
    const Answer answer = service.m_uploads.finishPart(*late);
    QCOMPARE(answer.status, 400);
    QCOMPARE(errorField(answer, "code"_L1).toString(), u"upload_expired"_s);
    QCOMPARE(service.m_uploads.views().at(0).state, UploadState::Expired);
}

void TestSandboxUploads::takesPartsUntilItsEnd()
{
    SandboxService service({}, {std::chrono::hours(1000), false});
    const QString id = service.create(3);
    service.m_clock.advance(std::chrono::hours(999));
    QCOMPARE(service.add(id, "one").isEmpty(), false);
    service.m_clock.advance(std::chrono::hours(1));
    QCOMPARE(service.add(id, "one").isEmpty(), true);
}

void TestSandboxUploads::completesOnceAtATime()
{
    for (int run = 0; run < 20; ++run) {
        SandboxService service;
        const QString id = service.create(6);
        const QStringList parts{service.add(id, "one"), service.add(id, "two")};
        std::array<int, 4> statuses{};
        std::vector<std::thread> threads;
        for (int &status : statuses)
            threads.emplace_back([&service, &status, &id, &parts] {
                status = service.m_uploads.complete(id, {parts, {}}).status;
            });
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(std::count(statuses.begin(), statuses.end(), 200), 1);
        QCOMPARE(std::count(statuses.begin(), statuses.end(), 400), 3);
        QCOMPARE(service.m_files.ids().size(), 1);
        QCOMPARE(service.contentOf(service.m_files.ids().at(0)), QByteArray("onetwo"));
    }
}

QTEST_GUILESS_MAIN(TestSandboxUploads)
#include "tst_sandboxuploads.moc"
