#include "ui/models/notices.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

class TestNotices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneIsTalkedOfByName();
    void manyAreCounted();
    void eachFateHasItsMessage();
};

namespace {

UploadSnapshot upload(int number)
{
    UploadSnapshot snapshot;
    snapshot.key = QString::number(number);
    snapshot.filename = u"f%1.bin"_s.arg(number);
    snapshot.fileId = u"file-%1"_s.arg(number);
    return snapshot;
}

} // namespace

void TestNotices::oneIsTalkedOfByName()
{
    Notices notices;
    QVERIFY(notices.isEmpty());
    notices.add(upload(1), Notice::Kind::Completed);
    const QList<Notice> told = notices.take();
    QCOMPARE(told.size(), 1);
    QCOMPARE(told.constFirst().title, u"f1.bin is uploaded"_s);
    QCOMPARE(told.constFirst().body, u"file-1"_s);
    QCOMPARE(told.constFirst().fileIds, QStringList{u"file-1"_s});
    QVERIFY(notices.take().isEmpty());
}

void TestNotices::manyAreCounted()
{
    Notices notices;
    for (int number = 0; number < 50; ++number)
        notices.add(upload(number), Notice::Kind::Completed);
    const QList<Notice> told = notices.take();
    QCOMPARE(told.size(), 1);
    QVERIFY(told.constFirst().title.startsWith(u"50 "_s));
    QVERIFY(told.constFirst().body.startsWith(u"f0.bin, f1.bin, f2.bin, f3.bin and 46"_s));
    QCOMPARE(told.constFirst().fileIds.size(), 50);
    QCOMPARE(told.constFirst().keys.size(), 50);
}

void TestNotices::eachFateHasItsMessage()
{
    Notices notices;
    UploadSnapshot broken = upload(2);
    broken.fileId.clear();
    broken.error.kind = ErrorKind::Quota;
    notices.add(broken, Notice::Kind::Failed);
    notices.add(upload(1), Notice::Kind::Completed);
    notices.add(upload(3), Notice::Kind::Ready);
    UploadSnapshot unknown = upload(4);
    unknown.state = UploadState::Unknown;
    unknown.reason = u"The answer was lost."_s;
    notices.add(unknown, Notice::Kind::Undecided);
    const QList<Notice> told = notices.take();
    QCOMPARE(told.size(), 4);
    QCOMPARE(told.at(0).name(), u"completed"_s);
    QCOMPARE(told.at(1).name(), u"ready"_s);
    QCOMPARE(told.at(2).name(), u"undecided"_s);
    QCOMPARE(told.at(2).title, u"f4.bin needs your decision"_s);
    QCOMPARE(told.at(2).body, u"It may have completed. The answer was lost."_s);
    QCOMPARE(told.at(3).name(), u"failed"_s);
    QCOMPARE(told.at(3).body, u"The account's quota is used up"_s);

    UploadSnapshot asking = upload(5);
    asking.state = UploadState::Paused;
    asking.asksToBegin = true;
    asking.forecast = u"At 9 Mbit/s this needs 2 h."_s;
    notices.add(asking, Notice::Kind::Undecided);
    QCOMPARE(notices.take().constFirst().body, asking.forecast);
}

QTEST_GUILESS_MAIN(TestNotices)
#include "tst_notices.moc"
