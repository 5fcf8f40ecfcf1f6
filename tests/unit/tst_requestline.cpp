#include "queue/requestline.h"

#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr int kThreads = 4;
constexpr int kPatienceMs = 60'000;

UploadRequest requestOf(const QString &path)
{
    UploadRequest request;
    request.paths = {path};
    return request;
}

TakenRequest takenAs(const QString &filename)
{
    TakenRequest taken;
    taken.intake.upload.spec.filename = filename;
    return taken;
}

/// A disk that gives no answer until it is told to.
class HangingDisk
{
public:
    void read()
    {
        std::unique_lock lock(m_mutex);
        ++m_readers;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_answers; });
    }

    void awaitReader()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_readers > 0; });
    }

    void answer()
    {
        const std::lock_guard lock(m_mutex);
        m_answers = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_readers = 0;
    bool m_answers = false;
};

} // namespace

class TestRequestLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void eachIsTakenOnce();
    void manyComeWithFewEvents();
    void oneThatHangsKeepsNoOther();
    void thoseThatHangLeaveThreads();
    void nothingIsToldAfterItsEnd();

private:
    std::unique_ptr<QThreadPool> m_pool;
};

void TestRequestLine::init()
{
    m_pool = std::make_unique<QThreadPool>();
    m_pool->setMaxThreadCount(kThreads);
}

void TestRequestLine::eachIsTakenOnce()
{
    constexpr int requests = 1000;
    RequestLine line(*m_pool, [](const UploadRequest &request) {
        return takenAs(request.paths.constFirst() + u" taken"_s);
    });
    QSet<quint64> told;
    connect(&line, &RequestLine::taken, this,
            [&](quint64 number, const UploadRequest &request, const TakenRequest &taken) {
                QVERIFY(!told.contains(number));
                told.insert(number);
                QCOMPARE(request.paths, QStringList{QString::number(number)});
                QCOMPARE(taken.intake.upload.spec.filename, u"%1 taken"_s.arg(number));
            });
    for (quint64 number = 0; number < requests; ++number)
        line.add(number, requestOf(QString::number(number)));
    QVERIFY(told.isEmpty()); // from the event loop
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), requests, kPatienceMs);
}

void TestRequestLine::manyComeWithFewEvents()
{
    constexpr int requests = 1000;
    RequestLine line(*m_pool, [](const UploadRequest &) { return TakenRequest(); });
    QSignalSpy spy(&line, &RequestLine::taken);
    for (quint64 number = 0; number < requests; ++number)
        line.add(number, requestOf(u"f"_s));
    QVERIFY(m_pool->waitForDone(kPatienceMs));
    QCOMPARE(spy.size(), 0);
    QCoreApplication::sendPostedEvents(&line, QEvent::MetaCall);
    QCOMPARE(spy.size(), requests);
    // The next ones begin anew.
    line.add(requests, requestOf(u"f"_s));
    QTRY_COMPARE_WITH_TIMEOUT(spy.size(), requests + 1, kPatienceMs);
}

void TestRequestLine::oneThatHangsKeepsNoOther()
{
    HangingDisk disk;
    RequestLine line(*m_pool, [&disk](const UploadRequest &request) {
        if (request.paths.constFirst() == u"hangs"_s)
            disk.read();
        return TakenRequest();
    });
    QSet<quint64> told;
    connect(&line, &RequestLine::taken, this, [&told](quint64 number) { told.insert(number); });
    line.add(0, requestOf(u"hangs"_s));
    for (quint64 number = 1; number <= 200; ++number)
        line.add(number, requestOf(u"f"_s));
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 200, kPatienceMs);
    QVERIFY(!told.contains(0));
    disk.answer();
    QTRY_VERIFY_WITH_TIMEOUT(told.contains(0), kPatienceMs);
}

void TestRequestLine::thoseThatHangLeaveThreads()
{
    HangingDisk disk;
    RequestLine line(*m_pool, [&disk](const UploadRequest &) {
        disk.read();
        return TakenRequest();
    });
    int told = 0;
    connect(&line, &RequestLine::taken, this, [&told] { ++told; });
    for (quint64 number = 0; number < 100; ++number)
        line.add(number, requestOf(u"f"_s));
    disk.awaitReader();
    std::atomic<bool> isPartRead = false;
    m_pool->start([&isPartRead] { isPartRead = true; });
    QTRY_VERIFY_WITH_TIMEOUT(isPartRead, kPatienceMs);
    QCOMPARE(told, 0);
    disk.answer();
    QTRY_COMPARE_WITH_TIMEOUT(told, 100, kPatienceMs);
}

void TestRequestLine::nothingIsToldAfterItsEnd()
{
    HangingDisk disk;
    std::atomic<int> begun = 0;
    m_pool->setMaxThreadCount(1);
    auto line = std::make_unique<RequestLine>(*m_pool, [&](const UploadRequest &) {
        ++begun;
        disk.read();
        return TakenRequest();
    });
    int told = 0;
    connect(line.get(), &RequestLine::taken, this, [&told] { ++told; });
    for (quint64 number = 0; number < 100; ++number)
        line->add(number, requestOf(u"f"_s));
    disk.awaitReader();
    line.reset();
    disk.answer();
    QVERIFY(m_pool->waitForDone(kPatienceMs));
    QCoreApplication::sendPostedEvents();
    QCOMPARE(begun, 1); // what waited is not begun
    QCOMPARE(told, 0);
}

QTEST_GUILESS_MAIN(TestRequestLine)
#include "tst_requestline.moc"
