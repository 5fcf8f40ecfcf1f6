#include "transfer/forecast.h"

#include <QLocale>
#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr double megabit = 1'000'000 / 8.0; // a second

} // namespace

class ForecastTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void anUnknownRateSaysNothing();
    void theSentenceBefore();
    void onlyWhatIsClearlyTooMuch();
    void whileItIsSent();
    void hysteresis();
    void nothingLeftIsInTime();
    void whyTooSlowCounts();
    void whyTooSlowWithoutTime();
    void hugeSizesDoNotOverflow();
};

void ForecastTest::anUnknownRateSaysNothing()
{
    QVERIFY(forecastBefore(8'000'000'000, 0, 1h).isEmpty());
    QVERIFY(forecastWhile(8'000'000'000, 0, 1s, false).isEmpty());
    QVERIFY(forecastWhile(8'000'000'000, 0, 1s, true).isEmpty());
}

void ForecastTest::theSentenceBefore()
{
    QCOMPARE(forecastBefore(8'100'000'000, 10 * megabit, 1h),
             u"At 10 Mbit/s this needs 1.8 h; an upload lives 60 min; up to 4.5 GB fits."_s);
    QVERIFY(forecastBefore(4'000'000'000, 9 * megabit, 1h).isEmpty());
    // Azure's two hours.
    QVERIFY(forecastBefore(8'100'000'000, 9 * megabit, 2h).isEmpty());
}

void ForecastTest::onlyWhatIsClearlyTooMuch()
{
    QVERIFY(forecastBefore(3'600'000, 1000, 1h).isEmpty());
    QVERIFY(forecastBefore(3'780'000, 1000, 1h).isEmpty());
    QVERIFY(!forecastBefore(3'781'000, 1000, 1h).isEmpty());
}

void ForecastTest::whileItIsSent()
{
    QVERIFY(forecastWhile(600'000, 1000, 600s, false).isEmpty());
    QCOMPARE(forecastWhile(1'200'000, 1000, 600s, false),
             u"At 8 kbit/s the rest needs 20 min, but the upload expires in 10 min."_s);
    QVERIFY(forecastWhile(1000, 1000, 0s, false).contains(u"expires in 0 s"_s));
}

void ForecastTest::hysteresis()
{
    QVERIFY(forecastWhile(595'000, 1000, 600s, false).isEmpty());
    QVERIFY(!forecastWhile(595'000, 1000, 600s, true).isEmpty());
    QVERIFY(!forecastWhile(541'000, 1000, 600s, true).isEmpty());
    QVERIFY(forecastWhile(540'000, 1000, 600s, true).isEmpty());
}

void ForecastTest::nothingLeftIsInTime()
{
    QVERIFY(forecastWhile(0, 1000, 0s, true).isEmpty());
    QVERIFY(forecastBefore(0, 1000, 1h).isEmpty());
}

void ForecastTest::whyTooSlowCounts()
{
    // 100 kB in 100 s: an hour's worth is 3.6 MB.
    QVERIFY(whyTooSlow(100'000, 100s, 1h, 3'600'000).isEmpty());
    const QString why = whyTooSlow(100'000, 100s, 1h, 7'200'000);
    QCOMPARE(why,
             u"An upload lives 60 min; at the measured 8 kbit/s up to 3.6 MB of its 7.2 MB "
             "fit."_s);
    QVERIFY(!whyTooSlow(0, 1h, 1h, 1).isEmpty());
}

void ForecastTest::whyTooSlowWithoutTime()
{
    QVERIFY(whyTooSlow(0, 0ms, 1h, 1000).isEmpty());
    QVERIFY(whyTooSlow(0, -5s, 1h, 1000).isEmpty());
}

void ForecastTest::hugeSizesDoNotOverflow()
{
    const QString why = forecastBefore(9'000'000'000'000'000, 1e9, 1h);
    QVERIFY2(why.contains(u"2.5e+03 h"_s) || why.contains(u"2500 h"_s), qPrintable(why));
    QVERIFY(forecastWhile(1, 1000, std::chrono::seconds::max(), false).isEmpty());
    QVERIFY(forecastBefore(1, 1e-3, std::chrono::seconds::max()).isEmpty());
}

QTEST_GUILESS_MAIN(ForecastTest)
#include "tst_forecast.moc"
