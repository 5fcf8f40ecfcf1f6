#include "transfer/checksum.h"

#include "support/sourcefiles.h"
#include "transfer/uploadspec.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QTest>
#include <QThreadPool>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;
using namespace longshore;

namespace {

QByteArray md5Of(const QByteArray &content)
{
    return QCryptographicHash::hash(content, QCryptographicHash::Md5).toHex();
}

/// The same with a Checksum or a FileCheck: what it said, and how often.
template <typename Object> class Listener : public QObject
{
public:
    explicit Listener(std::unique_ptr<Object> object)
        : m_object(std::move(object))
    {
        if constexpr (std::is_same_v<Object, Checksum>) {
            connect(m_object.get(), &Checksum::finished, this,
                    [this](const QByteArray &sum, const FileProblem &found) {
                        md5 = sum;
                        problem = found;
                        ++answers;
                    });
        } else {
            connect(m_object.get(), &FileCheck::finished, this, [this](const FileProblem &found) {
                problem = found;
                ++answers;
            });
        }
    }

    Object &object() { return *m_object; }
    void destroy() { m_object.reset(); }

    QByteArray md5;
    FileProblem problem;
    int answers = 0;

private:
    std::unique_ptr<Object> m_object;
};

} // namespace

class TestChecksum : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void knownSums_data();
    void knownSums();
    void anyOrder();
    void severalSources();
    void readsOnlyWhatIsReleased();
    void releasedWhileItRuns();
    void countsWhatIsHashed();
    void changed_data();
    void changed();
    void changedWhileHashed();
    void sourceChangedAfterItWasHashed();
    void destroyedEarly();
    void manyAtOnce();
    void checkOfGoodFiles();
    void checkNamesTheFirstProblem();
    void checkDestroyedEarly();

private:
    Listener<Checksum> checksum(const QList<SourceFile> &sources, const QList<PlannedPart> &parts,
                                const QList<int> &order);
    Listener<Checksum> wholeChecksum(const SourceFile &source);
    static QList<PlannedPart> plan(const QList<SourceFile> &sources, qint64 partSize);

    std::unique_ptr<SourceFiles> m_files;
    std::unique_ptr<QThreadPool> m_pool;
};

void TestChecksum::init()
{
    m_files = std::make_unique<SourceFiles>();
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(2);
}

void TestChecksum::cleanup()
{
    m_pool.reset();
    m_files.reset();
}

QList<PlannedPart> TestChecksum::plan(const QList<SourceFile> &sources, qint64 partSize)
{
    PartPlanRequest request;
    request.sources = sources;
    request.partSize = partSize;
    return planParts(request).parts;
}

Listener<Checksum> TestChecksum::checksum(const QList<SourceFile> &sources,
                                          const QList<PlannedPart> &parts, const QList<int> &order)
{
    auto sum = std::make_unique<Checksum>(sources, parts, order, *m_pool);
    sum->releaseAll();
    return Listener<Checksum>(std::move(sum));
}

Listener<Checksum> TestChecksum::wholeChecksum(const SourceFile &source)
{
    return checksum({source}, {PlannedPart{0, 0, source.stamp.bytes, source.newlineAdded, 0}}, {0});
}

void TestChecksum::knownSums_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("newlineAdded");
    QTest::addColumn<QByteArray>("expected");
    // RFC 1321, A.5
    QTest::newRow("a") << QByteArray("a") << false
                       << QByteArray("0cc175b9c0f1b6a831c399e269772661");
    QTest::newRow("abc") << QByteArray("abc") << false
                         << QByteArray("900150983cd24fb0d6963f7d28e17f72");
    QTest::newRow("digits") << QByteArray("1234567890").repeated(8) << false
                            << QByteArray("57edf4a22be3c955ac49da2e2107b67a");
    QTest::newRow("the newline counts") << QByteArray("abc") << true << md5Of("abc\n");
    for (const qint64 bytes : {1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3'500'000}) {
        const QByteArray content = randomBytes(bytes, 1);
        QTest::addRow("%lld bytes", static_cast<long long>(bytes))
            << content << false << md5Of(content);
    }
}

void TestChecksum::knownSums()
{
    QFETCH(QByteArray, content);
    QFETCH(bool, newlineAdded);
    SourceFile source = m_files->write(content);
    source.newlineAdded = newlineAdded;
    const auto sum = wholeChecksum(source);
    QTRY_COMPARE(sum.answers, 1);
    QVERIFY2(!sum.problem.isProblem(), qPrintable(sum.problem.message));
    QTEST(sum.md5, "expected");
}

void TestChecksum::anyOrder()
{
    const QByteArray content = randomBytes(100'000, 2);
    SourceFile source = m_files->write(content);
    source.newlineAdded = true;
    const QList<PlannedPart> parts = plan({source}, 9'999);
    QList<int> order;
    for (int index = 0; index < parts.size(); ++index)
        order.append(index);
    QRandomGenerator random(3);
    for (int round = 0; round < 10; ++round) {
        QByteArray expected;
        for (const int index : std::as_const(order)) {
            const PlannedPart &part = parts.at(index);
            expected += content.mid(part.sourceOffset, part.sourceBytes);
            expected += part.newlineAdded ? "\n" : "";
        }
        const auto sum = checksum({source}, parts, order);
        QTRY_COMPARE(sum.answers, 1);
        QCOMPARE(sum.md5, md5Of(expected));
        std::shuffle(order.begin(), order.end(), random);
    }
}

void TestChecksum::severalSources()
{
    SourceFile first = m_files->write("first", u"a"_s);
    first.newlineAdded = true;
    const SourceFile second = m_files->write("second\n", u"b"_s);
    const QList<SourceFile> sources{first, second};
    const QList<PlannedPart> parts = plan(sources, 3); // fir st↵ sec ond ↵
    QCOMPARE(parts.size(), 5);
    const auto inOrder = checksum(sources, parts, {0, 1, 2, 3, 4});
    const auto mixed = checksum(sources, parts, {4, 0, 3, 1, 2});
    QTRY_COMPARE(inOrder.answers, 1);
    QTRY_COMPARE(mixed.answers, 1);
    QCOMPARE(inOrder.md5, md5Of("first\nsecond\n"));
    QCOMPARE(mixed.md5, md5Of("\nfirondst\nsec"));
}

void TestChecksum::readsOnlyWhatIsReleased()
{
    const QByteArray content = randomBytes(10'000, 6);
    const SourceFile source = m_files->write(content);
    const QList<PlannedPart> parts = plan({source}, 1'000);
    Listener<Checksum> sum(
        std::make_unique<Checksum>(QList<SourceFile>{source}, parts, fileOrder(10), *m_pool));
    const auto hashes = [&](const QList<int> &indices, qint64 bytes) {
        sum.object().release(indices);
        return m_pool->waitForDone(30'000) && sum.object().hashed() == bytes;
    };
    QVERIFY(hashes({}, 0));
    QVERIFY(hashes({1, 2}, 0));
    QVERIFY(hashes({0}, 3'000));
    QVERIFY(hashes({0}, 3'000));
    QVERIFY(hashes({4, 9}, 3'000));
    QVERIFY(hashes({3, 5}, 6'000));
    QCoreApplication::processEvents();
    QCOMPARE(sum.answers, 0);
    sum.object().releaseAll();
    QTRY_COMPARE(sum.answers, 1);
    QCOMPARE(sum.md5, md5Of(content));
    QVERIFY(hashes({0, 9}, 10'000));
    QCoreApplication::processEvents();
    QCOMPARE(sum.answers, 1);

    Listener<Checksum> replaced(
        std::make_unique<Checksum>(QList<SourceFile>{source}, parts, fileOrder(10), *m_pool));
    replaced.object().release({0});
    QVERIFY(m_pool->waitForDone(30'000));
    m_files->write(content + "more", QFileInfo(source.path).fileName());
    replaced.object().release({1});
    QTRY_COMPARE(replaced.answers, 1);
    QCOMPARE(replaced.problem.kind, FileProblem::Kind::Changed);
}

void TestChecksum::releasedWhileItRuns()
{
    const QByteArray content = randomBytes(200'000, 7);
    const SourceFile source = m_files->write(content);
    const QList<PlannedPart> parts = plan({source}, 1'000);
    QRandomGenerator random(8);
    for (int round = 0; round < 20; ++round) {
        QList<int> left = fileOrder(parts.size());
        std::shuffle(left.begin(), left.end(), random);
        Listener<Checksum> sum(std::make_unique<Checksum>(QList<SourceFile>{source}, parts,
                                                          fileOrder(parts.size()), *m_pool));
        for (const int index : std::as_const(left))
            sum.object().release({index});
        QTRY_COMPARE(sum.answers, 1);
        QCOMPARE(sum.md5, md5Of(content));
    }
}

void TestChecksum::countsWhatIsHashed()
{
    SourceFile source = m_files->write(randomBytes(2'500'000, 4));
    source.newlineAdded = true;
    auto sum = wholeChecksum(source);
    qint64 last = 0;
    while (sum.answers == 0) {
        const qint64 hashed = sum.object().hashed();
        QVERIFY(hashed >= last && hashed <= 2'500'001);
        last = hashed;
        QCoreApplication::processEvents();
    }
    QCOMPARE(sum.object().hashed(), 2'500'001);
}

void TestChecksum::changed_data()
{
    QTest::addColumn<FileChange>("change");
    QTest::addColumn<FileProblem::Kind>("kind");
    QTest::addColumn<QString>("says");
    using Kind = FileProblem::Kind;
    QTest::newRow("grown") << FileChange::Grow << Kind::Changed << u"grew from 10 to 13 bytes"_s;
    QTest::newRow("cut") << FileChange::Cut << Kind::Changed << u"shrank from 10 to 5 bytes"_s;
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

void TestChecksum::changed()
{
    QFETCH(FileChange, change);
    const SourceFile source = m_files->write("0123456789");
    QVERIFY(changeFile(source, change));
    const auto sum = wholeChecksum(source);
    const Listener<FileCheck> check(
        std::make_unique<FileCheck>(QList<SourceFile>{source}, *m_pool));
    QTRY_COMPARE(sum.answers, 1);
    QTRY_COMPARE(check.answers, 1);
    QVERIFY(sum.md5.isEmpty());
    QTEST(sum.problem.kind, "kind");
    QFETCH(QString, says);
    QVERIFY2(sum.problem.message.contains(says), qPrintable(sum.problem.message));
    QCOMPARE(check.problem.kind, sum.problem.kind);
    QCOMPARE(check.problem.message, sum.problem.message);
}

void TestChecksum::changedWhileHashed()
{
    // Sparse, and so large that it is cut long before its end.
    const SourceFile source = m_files->writeSparse(8'589'934'592);
    auto sum = wholeChecksum(source);
    while (sum.object().hashed() == 0 && sum.answers == 0)
        QCoreApplication::processEvents();
    QVERIFY(QFile::resize(source.path, 1024));
    QTRY_COMPARE_WITH_TIMEOUT(sum.answers, 1, 30'000);
    QVERIFY(sum.md5.isEmpty());
    QCOMPARE(sum.problem.kind, FileProblem::Kind::Changed);
    QCOMPARE(sum.problem.message,
             u"“sparse” shrank from 8589934592 to 1024 bytes after it was added."_s);
}

void TestChecksum::sourceChangedAfterItWasHashed()
{
    const SourceFile second = m_files->writeSparse(200 * 1024 * 1024);
    const qint64 total = 6 + second.stamp.bytes;
    // Only where the first source went between its own end and that of the second is it a try.
    for (int attempt = 0; attempt < 50; ++attempt) {
        const SourceFile first = m_files->write("first\n", u"a"_s);
        auto sum = checksum(
            {first, second},
            {PlannedPart{0, 0, 6, false, 0}, PlannedPart{1, 0, second.stamp.bytes, false, 6}},
            {0, 1});
        while (sum.object().hashed() <= 6 && sum.answers == 0)
            QCoreApplication::processEvents();
        QVERIFY(QFile::remove(first.path));
        const bool inTime = sum.object().hashed() < total;
        QTRY_COMPARE_WITH_TIMEOUT(sum.answers, 1, 30'000);
        if (inTime) {
            QCOMPARE(sum.problem.kind, FileProblem::Kind::Missing);
            QCOMPARE(sum.problem.message, u"“a” is gone."_s);
            QVERIFY(sum.md5.isEmpty());
            return;
        }
    }
    QFAIL("The machine never let the test act in time.");
}

void TestChecksum::destroyedEarly()
{
    const SourceFile source = m_files->writeSparse(8'589'934'592);
    auto sum = wholeChecksum(source);
    while (sum.object().hashed() == 0 && sum.answers == 0)
        QCoreApplication::processEvents();
    sum.destroy();
    // To its end it would take far longer than this.
    QVERIFY(m_pool->waitForDone(5'000));
    QCoreApplication::processEvents();
    QCOMPARE(sum.answers, 0);

    for (int round = 0; round < 200; ++round) {
        auto small = wholeChecksum(m_files->write("0123456789"));
        if (round % 3 == 0)
            QVERIFY(m_pool->waitForDone(30'000));
        small.destroy();
        QCoreApplication::processEvents();
        QCOMPARE(small.answers, 0);
    }
}

void TestChecksum::manyAtOnce()
{
    const QByteArray content = randomBytes(1'500'000, 5);
    const SourceFile source = m_files->write(content);
    std::vector<std::unique_ptr<Listener<Checksum>>> sums;
    for (int index = 0; index < 20; ++index) {
        sums.push_back(std::make_unique<Listener<Checksum>>(std::make_unique<Checksum>(
            QList<SourceFile>{source}, plan({source}, 400'000), QList<int>{0, 1, 2, 3}, *m_pool)));
    }
    for (const auto &sum : sums)
        sum->object().releaseAll();
    for (const auto &sum : sums) {
        QTRY_COMPARE(sum->answers, 1);
        QCOMPARE(sum->md5, md5Of(content));
    }
}

void TestChecksum::checkOfGoodFiles()
{
    const QList<SourceFile> sources{m_files->write("a", u"a"_s), m_files->write("b", u"b"_s)};
    const Listener<FileCheck> check(std::make_unique<FileCheck>(sources, *m_pool));
    QCOMPARE(check.answers, 0);
    QTRY_COMPARE(check.answers, 1);
    QVERIFY(!check.problem.isProblem());
}

void TestChecksum::checkNamesTheFirstProblem()
{
    const QList<SourceFile> sources{m_files->write("a", u"a"_s), m_files->write("b", u"b"_s),
                                    m_files->write("c", u"c"_s)};
    m_files->write("bb", u"b"_s);
    QVERIFY(QFile::remove(sources.last().path));
    const Listener<FileCheck> check(std::make_unique<FileCheck>(sources, *m_pool));
    QTRY_COMPARE(check.answers, 1);
    QCOMPARE(check.problem.kind, FileProblem::Kind::Changed);
    QVERIFY2(check.problem.message.startsWith(u"“b” grew"), qPrintable(check.problem.message));
}

void TestChecksum::checkDestroyedEarly()
{
    const SourceFile source = m_files->write("a");
    for (int round = 0; round < 200; ++round) {
        Listener<FileCheck> check(std::make_unique<FileCheck>(QList<SourceFile>{source}, *m_pool));
        if (round % 3 == 0)
            QVERIFY(m_pool->waitForDone(30'000));
        check.destroy();
        QCoreApplication::processEvents();
        QCOMPARE(check.answers, 0);
    }
}

QTEST_GUILESS_MAIN(TestChecksum)
#include "tst_checksum.moc"
