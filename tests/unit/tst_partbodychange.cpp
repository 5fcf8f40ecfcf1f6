#include "transfer/partbody.h"

#include "support/bodyreader.h"
#include "support/sourcefiles.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace longshore;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

} // namespace

class TestPartBodyChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void changedBefore_data();
    void changedBefore();
    void changedWhileRead_data();
    void changedWhileRead();
    void replacedOrGoneOnceOpened();
    void touchedWithoutChange();
    void problemIsAnnounced();
    void problemStays();

private:
    std::unique_ptr<SourceFiles> m_files;
    std::unique_ptr<QThreadPool> m_pool;
};

void TestPartBodyChange::init()
{
    m_files = std::make_unique<SourceFiles>();
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(2);
}

void TestPartBodyChange::cleanup()
{
    m_pool.reset();
    m_files.reset();
}

void TestPartBodyChange::changedBefore_data()
{
    QTest::addColumn<FileChange>("change");
    QTest::addColumn<FileProblem::Kind>("kind");
    QTest::addColumn<QString>("says");
    using Kind = FileProblem::Kind;
    QTest::newRow("grown") << FileChange::Grow << Kind::Changed << u"grew from 100 to 103 bytes"_s;
    QTest::newRow("cut") << FileChange::Cut << Kind::Changed << u"shrank from 100 to 50 bytes"_s;
    QTest::newRow("rewritten") << FileChange::Rewrite << Kind::Changed << u"(same size)"_s;
    QTest::newRow("replaced") << FileChange::Replace << Kind::Changed
                              << u"replaced by another file"_s;
    QTest::newRow("removed") << FileChange::Remove << Kind::Missing << u"is gone"_s;
    QTest::newRow("a directory") << FileChange::BecomeDirectory << Kind::Unreadable
                                 << u"not a regular file"_s;
#ifdef Q_OS_UNIX
    QTest::newRow("a FIFO") << FileChange::BecomeFifo << Kind::Unreadable
                            << u"not a regular file"_s;
#endif
}

void TestPartBodyChange::changedBefore()
{
    QFETCH(FileChange, change);
    const SourceFile source = m_files->write(QByteArray(100, 'x'));
    QVERIFY(changeFile(source, change));
    const auto device = wholeBody(source, *m_pool);
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QVERIFY(reader.failed);
    QTEST(device->problem().kind, "kind");
    QFETCH(QString, says);
    QVERIFY2(device->problem().message.contains(says), qPrintable(device->problem().message));
    QVERIFY(device->problem().message.contains(u"“train.jsonl”"));
    QCOMPARE(device->errorString(), device->problem().message);
}

void TestPartBodyChange::changedWhileRead_data()
{
    QTest::addColumn<FileChange>("change");
    QTest::addColumn<QString>("says");
    QTest::newRow("grown") << FileChange::Grow << u"grew from"_s;
    QTest::newRow("cut") << FileChange::Cut << u"shrank from"_s;
    QTest::newRow("rewritten") << FileChange::Rewrite << u"was modified after"_s;
}

void TestPartBodyChange::changedWhileRead()
{
    QFETCH(FileChange, change);
    QFETCH(QString, says);
    const QByteArray content = randomBytes(8 * mebibyte, 14);
    const SourceFile source = m_files->write(content);
    const auto device = wholeBody(source, *m_pool);
    QByteArray got;
    QSignalSpy readyRead(device.get(), &QIODevice::readyRead);
    while (got.size() < 2 * mebibyte) {
        const QByteArray block = device->read(16 * 1024);
        if (block.isEmpty())
            QVERIFY(readyRead.wait());
        got += block;
    }
    QVERIFY(m_pool->waitForDone(30'000));
    QVERIFY(changeFile(source, change));
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QVERIFY(reader.failed);
    QCOMPARE(device->problem().kind, FileProblem::Kind::Changed);
    QVERIFY2(device->problem().message.startsWith(u"“train.jsonl” "_s + says),
             qPrintable(device->problem().message));
    // What had been read before was good.
    got += reader.data;
    const qsizetype start = got.indexOf("\r\n\r\n") + 4;
    QVERIFY(content.startsWith(got.sliced(start)));
    QVERIFY(got.size() < content.size());
}

void TestPartBodyChange::replacedOrGoneOnceOpened()
{
    // The open file is still the one that was added; the next part will notice.
    for (const FileChange change : {FileChange::Replace, FileChange::Remove}) {
        const QByteArray content = randomBytes(4 * mebibyte, 15);
        const SourceFile source = m_files->write(content);
        const auto device = wholeBody(source, *m_pool);
        QVERIFY(m_pool->waitForDone(30'000));
        QVERIFY(changeFile(source, change));
        const BodyReader reader(*device);
        QTRY_VERIFY(reader.isAtEnd());
        QVERIFY(payloadOf(*device, reader.data) == content);
    }
}

void TestPartBodyChange::touchedWithoutChange()
{
    const QByteArray content = randomBytes(2 * mebibyte, 16);
    const SourceFile source = m_files->write(content);
    const auto device = wholeBody(source, *m_pool);
    QVERIFY(m_pool->waitForDone(30'000));
    QVERIFY(QFile::setPermissions(source.path, QFile::ReadOwner));
    QFile other(source.path);
    QVERIFY(other.open(QIODevice::ReadOnly));
    QVERIFY(other.readAll() == content);
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.isAtEnd());
    QVERIFY(payloadOf(*device, reader.data) == content);
}

void TestPartBodyChange::problemIsAnnounced()
{
    // A reader that was given 0, and one that does not read at all: both are woken.
    const SourceFile source = m_files->write(QByteArray(100, 'x'));
    QVERIFY(QFile::remove(source.path));
    const auto device = wholeBody(source, *m_pool);
    QSignalSpy readyRead(device.get(), &QIODevice::readyRead);
    QVERIFY(readyRead.wait());
    QVERIFY(device->problem().isProblem());
    char byte = 0;
    QCOMPARE(device->read(&byte, 1), -1);
}

void TestPartBodyChange::problemStays()
{
    const SourceFile source = m_files->write(QByteArray(100, 'x'));
    QVERIFY(changeFile(source, FileChange::Grow));
    const auto device = wholeBody(source, *m_pool);
    const BodyReader reader(*device);
    QTRY_VERIFY(reader.failed);
    QVERIFY(device->seek(0));
    char byte = 0;
    QCOMPARE(device->read(&byte, 1), -1);
    QCoreApplication::processEvents();
    QCOMPARE(device->read(&byte, 1), -1);
    QVERIFY(!device->errorString().isEmpty());
}

QTEST_GUILESS_MAIN(TestPartBodyChange)
#include "tst_partbodychange.moc"
