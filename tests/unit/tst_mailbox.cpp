#include "queue/mailbox.h"

#include <QCoreApplication>
#include <QTest>

#include <thread>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Calls that one thread has another make.
class MailboxTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void callsInOrder();
    void othersGetTheirTurn();
    void endsWithinACall();
};

namespace {

/// Longer than the mailbox may go on without giving way.
void spendASlice()
{
    const QDeadlineTimer end(Mailbox::kSlice * 2, Qt::PreciseTimer);
    while (!end.hasExpired()) { }
}

} // namespace

void MailboxTest::callsInOrder()
{
    constexpr int kCalls = 20'000;
    Mailbox mailbox;
    QList<int> called;
    std::thread thread([&] {
        for (int i = 0; i < kCalls; ++i)
            mailbox.post([&called, i] { called.append(i); });
    });
    QTRY_COMPARE_WITH_TIMEOUT(called.size(), kCalls, 60'000);
    thread.join();
    QVERIFY(std::is_sorted(called.cbegin(), called.cend()));
    // What a call posts comes behind what was posted before.
    QString order;
    mailbox.post([&] {
        order += u'a';
        mailbox.post([&order] { order += u'c'; });
    });
    mailbox.post([&order] { order += u'b'; });
    QTRY_COMPARE(order, u"abc"_s);
}

/// However much there is to call, another event does not wait for more than a slice of it.
void MailboxTest::othersGetTheirTurn()
{
    Mailbox mailbox;
    QString order;
    const auto post = [&](QChar name) {
        mailbox.post([&order, name] {
            order += name;
            spendASlice();
        });
    };
    post(u'a');
    post(u'b');
    post(u'c');
    QMetaObject::invokeMethod(
        this, [&order] { order += u'!'; }, Qt::QueuedConnection);
    QTRY_COMPARE(order, u"a!bc"_s);
}

void MailboxTest::endsWithinACall()
{
    auto mailbox = std::make_unique<Mailbox>();
    QString order;
    mailbox->post([&] {
        order += u'a';
        mailbox.reset();
    });
    mailbox->post([&order] { order += u'b'; });
    QTRY_COMPARE(order, u"a"_s);
    QCoreApplication::sendPostedEvents();
    QCOMPARE(order, u"a"_s);
}

QTEST_GUILESS_MAIN(MailboxTest)
#include "tst_mailbox.moc"
