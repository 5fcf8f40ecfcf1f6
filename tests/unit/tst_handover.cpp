#include "platform/handover.h"

#include <QTest>
#include <QtEndian>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

QByteArray headed(quint32 length)
{
    const quint32 bigEndian = qToBigEndian(length);
    return "LSHand1\n" + QByteArray(reinterpret_cast<const char *>(&bigEndian), sizeof(bigEndian));
}

QString pathOf(qsizetype length)
{
    return u'/' + QString(length - 1, u'a');
}

} // namespace

class TestHandover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesThereAndBack_data();
    void goesThereAndBack();
    void isBoundedInPaths();
    void isBoundedInBytes();
    void refusesPathsThatCanNotBeSent_data();
    void refusesPathsThatCanNotBeSent();
    void leavesOutATokenThatCanNotBeSent();
    void readsTheHeader();
    void refusesGarbage_data();
    void refusesGarbage();
    void takesTheTokenOfTheEnvironment();
};

void TestHandover::goesThereAndBack_data()
{
    QTest::addColumn<QStringList>("paths");
    QTest::addColumn<bool>("minimized");
    QTest::addColumn<QByteArray>("token");

    QTest::newRow("nothing") << QStringList() << false << QByteArray();
    QTest::newRow("minimized") << QStringList() << true << QByteArray("token-1_TIME23");
    QTest::newRow("files") << QStringList{u"/a b"_s, u"/tmp/ü\n🙂"_s, u"/"_s} << false
                           << QByteArray("t");
    QTest::newRow("as many as may be")
        << QStringList(kMaxHandoverPaths, u"/x"_s) << false << QByteArray();
}

void TestHandover::goesThereAndBack()
{
    QFETCH(const QStringList, paths);
    QFETCH(const bool, minimized);
    QFETCH(const QByteArray, token);

    const auto message = encodedHandover({paths, minimized, token});
    QVERIFY(message);
    const auto length = handoverBodyBytes(QByteArrayView(*message).first(kHandoverHeaderBytes));
    QVERIFY(length);
    QCOMPARE(message->size(), kHandoverHeaderBytes + *length);
    const auto read = decodedHandover(message->mid(kHandoverHeaderBytes));
    QVERIFY(read);
    QCOMPARE(read->paths, paths);
    QCOMPARE(read->minimized, minimized);
    QCOMPARE(read->activationToken, token);
}

void TestHandover::isBoundedInPaths()
{
    QVERIFY(!encodedHandover({QStringList(kMaxHandoverPaths + 1, u"/x"_s), false, {}}));
    QByteArray body("0\0\0", 3);
    body += QByteArray("/x\0", 3).repeated(kMaxHandoverPaths);
    QVERIFY(decodedHandover(body));
    QVERIFY(!decodedHandover(body + QByteArray("/x\0", 3)));
}

void TestHandover::isBoundedInBytes()
{
    constexpr qsizetype kOthers = 3 + 1; // "0", no token, and the NUL after the path
    const QString longest = pathOf(kMaxHandoverBytes - kOthers);
    QVERIFY(encodedHandover({{longest}, false, {}}));
    QVERIFY(!encodedHandover({{longest + u'a'}, false, {}}));
}

void TestHandover::refusesPathsThatCanNotBeSent_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("relative") << u"a"_s;
    QTest::newRow("empty") << QString();
    QTest::newRow("NUL") << u"/a"_s + QChar(u'\0') + u"/b"_s;
}

void TestHandover::refusesPathsThatCanNotBeSent()
{
    QFETCH(const QString, path);
    QVERIFY(!encodedHandover({{u"/a"_s, path}, false, {}}));
}

void TestHandover::leavesOutATokenThatCanNotBeSent()
{
    for (const QByteArray &token : {QByteArray("a\0b", 3), QByteArray(5000, 'a')}) {
        const auto message = encodedHandover({{u"/a"_s}, false, token});
        QVERIFY(message);
        const auto read = decodedHandover(message->mid(kHandoverHeaderBytes));
        QVERIFY(read);
        QCOMPARE(read->paths, QStringList{u"/a"_s});
        QCOMPARE(read->activationToken, QByteArray());
    }
}

void TestHandover::readsTheHeader()
{
    QCOMPARE(handoverBodyBytes(headed(0)), 0);
    QCOMPARE(handoverBodyBytes(headed(kMaxHandoverBytes)), kMaxHandoverBytes);
    QVERIFY(!handoverBodyBytes(headed(kMaxHandoverBytes + 1)));
    QVERIFY(!handoverBodyBytes(headed(0xffff'ffffU)));
    QVERIFY(!handoverBodyBytes("GET / HTTP/1"));
    QVERIFY(!handoverBodyBytes(headed(1).chopped(1)));
    QVERIFY(!handoverBodyBytes(headed(1) + 'a'));
}

void TestHandover::refusesGarbage_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("one NUL") << QByteArray("\0", 1);
    QTest::newRow("only the first field") << QByteArray("0\0", 2);
    QTest::newRow("no end") << QByteArray("0\0\0/a", 5);
    QTest::newRow("unknown first field") << QByteArray("2\0\0", 3);
    QTest::newRow("relative path") << QByteArray("0\0\0a\0", 5);
    QTest::newRow("empty path") << QByteArray("0\0\0\0", 4);
    QTest::newRow("long token") << "0" + QByteArray(1, '\0') + QByteArray(5000, 'a')
            + QByteArray(1, '\0');
}

void TestHandover::refusesGarbage()
{
    QFETCH(const QByteArray, body);
    QVERIFY(!decodedHandover(body));
}

void TestHandover::takesTheTokenOfTheEnvironment()
{
    qputenv("XDG_ACTIVATION_TOKEN", "wayland");
    qputenv("DESKTOP_STARTUP_ID", "x11");
    QCOMPARE(activationTokenOfEnvironment(), "wayland"_ba);
    qunsetenv("XDG_ACTIVATION_TOKEN");
    QCOMPARE(activationTokenOfEnvironment(), "x11"_ba);
    qunsetenv("DESKTOP_STARTUP_ID");
    QCOMPARE(activationTokenOfEnvironment(), QByteArray());
}

QTEST_GUILESS_MAIN(TestHandover)
#include "tst_handover.moc"
