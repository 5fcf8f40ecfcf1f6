#include "platform/networklook.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr int kWifi = 2;
constexpr int kCable = 3;
constexpr int kBridge = 4;

NetworkLook way(const QString &source4, int interface4, const QString &source6 = {},
                int interface6 = 0)
{
    NetworkLook look;
    if (!source4.isEmpty())
        look.addresses.insert(look.source4 = QHostAddress(source4), interface4);
    if (!source6.isEmpty())
        look.addresses.insert(look.source6 = QHostAddress(source6), interface6);
    return look;
}

NetworkLook with(NetworkLook look, const QString &address, int interface)
{
    look.addresses.insert(QHostAddress(address), interface);
    return look;
}

const QString kHome = u"192.168.1.10"_s;
const QString kOffice = u"10.20.30.40"_s;
const QString kOld6 = u"2a00:1450::10"_s;
const QString kNew6 = u"2a00:1450::20"_s;
const QString kInner = u"172.17.0.1"_s;

} // namespace

class TestNetworkLook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasWay();
    void isOther_data();
    void isOther();
    void looksAtThisMachine();
};

void TestNetworkLook::hasWay()
{
    QVERIFY(!NetworkLook().hasWay());
    QVERIFY(way(kHome, kWifi).hasWay());
    QVERIFY(with({}, kInner, kBridge).hasWay());
    NetworkLook onlySource;
    onlySource.source6 = QHostAddress(kNew6);
    QVERIFY(onlySource.hasWay());
}

void TestNetworkLook::isOther_data()
{
    QTest::addColumn<NetworkLook>("before");
    QTest::addColumn<NetworkLook>("now");
    QTest::addColumn<bool>("isOther");

    const NetworkLook home = way(kHome, kWifi);
    const NetworkLook both = way(kHome, kWifi, kOld6, kWifi);
    QTest::newRow("the same") << home << home << false;
    QTest::newRow("both the same") << both << both << false;
    QTest::newRow("another address") << home << way(kOffice, kWifi) << true;
    QTest::newRow("gone") << home << NetworkLook() << true;
    QTest::newRow("come") << NetworkLook() << home << false;
    QTest::newRow("a cable is plugged in")
        << home << with(way(kOffice, kCable), kHome, kWifi) << true;
    QTest::newRow("a cable is plugged in and not used")
        << home << with(home, kOffice, kCable) << false;
    QTest::newRow("an inner network comes") << home << with(home, kInner, kBridge) << false;
    QTest::newRow("an inner network goes") << with(home, kInner, kBridge) << home << false;
    QTest::newRow("IPv6 comes") << home << both << false;
    QTest::newRow("IPv6 goes") << both << home << true;
    QTest::newRow("IPv4 goes") << both << way({}, 0, kOld6, kWifi) << true;
    QTest::newRow("another temporary address")
        << both << with(way(kHome, kWifi, kNew6, kWifi), kOld6, kWifi) << false;
    QTest::newRow("the temporary address goes") << both << way(kHome, kWifi, kNew6, kWifi) << true;
    QTest::newRow("leads nowhere else")
        << with({}, kHome, kCable) << with({}, kHome, kCable) << false;
    QTest::newRow("leads nowhere else, goes") << with({}, kHome, kCable) << NetworkLook() << true;
    QTest::newRow("leads nowhere else, then does")
        << with({}, kHome, kCable) << way(kHome, kCable) << false;
}

void TestNetworkLook::isOther()
{
    QFETCH(const NetworkLook, before);
    QFETCH(const NetworkLook, now);
    QTEST(isOtherNetwork(before, now), "isOther");
}

void TestNetworkLook::looksAtThisMachine()
{
    const NetworkLook look = lookAtNetwork();
    for (auto address = look.addresses.keyBegin(); address != look.addresses.keyEnd(); ++address)
        QVERIFY(!address->isLoopback() && !address->isLinkLocal());
    for (const QHostAddress &source : {look.source4, look.source6})
        QVERIFY(source.isNull() || look.addresses.contains(source));
}

QTEST_GUILESS_MAIN(TestNetworkLook)
#include "tst_networklook.moc"
