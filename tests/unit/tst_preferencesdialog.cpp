#include "dialogchecks.h"
#include "ui/connection/preferencesdialog.h"
#include "ui/connection/rateunits.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Preferences changedPreferences()
{
    Preferences preferences;
    preferences.lanes = 16;
    preferences.rateLimit = 2'500'000;
    preferences.leavesShareFree = true;
    preferences.keepAwake = false;
    preferences.askBeforeAdding = false;
    preferences.holdByDefault = true;
    preferences.holdEnd = HoldEnd::CompleteBefore;
    preferences.closeAction = CloseAction::Quit;
    preferences.notifications = false;
    return preferences;
}

} // namespace

class PreferencesDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesComeBack_data();
    void valuesComeBack();
    void rates_data();
    void rates();
    void rateIsShown();
    void rateIsChanged();
    void leavesAShareFree();
    void holdEndOnlyWithHold();
    void defaults();
    void buttons();
    void everybodyCanUseIt();
};

void PreferencesDialogTest::valuesComeBack_data()
{
    QTest::addColumn<Preferences>("preferences");

    QTest::newRow("defaults") << Preferences();
    QTest::newRow("all changed") << changedPreferences();
    Preferences preferences;
    preferences.closeAction = CloseAction::KeepInTray;
    preferences.holdEnd = HoldEnd::CompleteBefore; // kept, though nothing is held
    for (const qint64 rate : {Preferences::kSmallestRateLimit, qint64{1'234'567},
                              qint64{999'999'999}, Preferences::kLargestRateLimit}) {
        preferences.rateLimit = rate;
        QTest::addRow("%lld bytes/s", static_cast<long long>(rate)) << preferences;
    }
}

void PreferencesDialogTest::valuesComeBack()
{
    QFETCH(Preferences, preferences);
    PreferencesDialog dialog;
    dialog.setPreferences(preferences);
    QCOMPARE(dialog.preferences(), preferences);
}

void PreferencesDialogTest::rates_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<double>("amount");
    QTest::addColumn<bool>("megabytes");

    QTest::newRow("1 kB") << qint64{1'000} << 1.0 << false;
    QTest::newRow("odd") << qint64{1'234'567} << 1234.567 << false;
    QTest::newRow("below a megabyte") << qint64{999'000} << 999.0 << false;
    QTest::newRow("a megabyte") << qint64{1'000'000} << 1.0 << true;
    QTest::newRow("2.5 MB") << qint64{2'500'000} << 2.5 << true;
    QTest::newRow("10 GB") << qint64{10'000'000'000} << 10'000.0 << true;
}

void PreferencesDialogTest::rates()
{
    QFETCH(qint64, bytes);
    const WrittenRate rate = writtenRate(bytes);
    QTEST(rate.amount, "amount");
    QTEST(rate.unit == RateUnit::Megabytes, "megabytes");
    QCOMPARE(bytesPerSecond(rate), bytes);
}

void PreferencesDialogTest::rateIsShown()
{
    PreferencesDialog dialog;
    dialog.setPreferences(changedPreferences());
    QCOMPARE(named<QDoubleSpinBox>(dialog, u"Highest rate"_s)->text(), u"2.5"_s);
    QCOMPARE(named<QComboBox>(dialog, u"Unit of the highest rate"_s)->currentText(), u"MB/s"_s);
}

void PreferencesDialogTest::rateIsChanged()
{
    PreferencesDialog dialog;
    auto *limited = named<QCheckBox>(dialog, u"Limit the rate"_s);
    auto *amount = named<QDoubleSpinBox>(dialog, u"Highest rate"_s);
    auto *unit = named<QComboBox>(dialog, u"Unit of the highest rate"_s);
    QVERIFY(!limited->isChecked() && !amount->isEnabled() && !unit->isEnabled());
    limited->click();
    QVERIFY(amount->isEnabled() && unit->isEnabled());
    QVERIFY(dialog.preferences().rateLimit > 0);
    amount->setValue(700);
    unit->setCurrentIndex(unit->findText(u"kB/s"_s));
    QCOMPARE(dialog.preferences().rateLimit, 700'000);
    // More than the largest can be typed in this unit, and is not obeyed.
    amount->setValue(amount->maximum());
    unit->setCurrentIndex(unit->findText(u"MB/s"_s));
    QCOMPARE(dialog.preferences().rateLimit, Preferences::kLargestRateLimit);
    limited->click();
    QCOMPARE(dialog.preferences().rateLimit, 0);
}

void PreferencesDialogTest::leavesAShareFree()
{
    PreferencesDialog dialog;
    auto *share = named<QCheckBox>(dialog, u"Leave 20 % of the line free for others"_s);
    QVERIFY(!share->isChecked());
    QCOMPARE(dialog.preferences().linePercent(), 100);
    share->click();
    QVERIFY(dialog.preferences().leavesShareFree);
    QCOMPARE(dialog.preferences().linePercent(), 80);
    // Beside the fixed limit, and without it.
    QCOMPARE(dialog.preferences().rateLimit, 0);
}

void PreferencesDialogTest::holdEndOnlyWithHold()
{
    PreferencesDialog dialog;
    auto *end = named<QComboBox>(dialog, u"When a held upload is about to expire"_s);
    QVERIFY(!end->isEnabled());
    named<QCheckBox>(dialog, u"Hold new uploads, to arrange the parts before completing"_s)
        ->click();
    QVERIFY(end->isEnabled());
    end->setCurrentIndex(1);
    QVERIFY(dialog.preferences().holdByDefault);
    QCOMPARE(dialog.preferences().holdEnd, HoldEnd::CompleteBefore);
}

void PreferencesDialogTest::defaults()
{
    PreferencesDialog dialog;
    dialog.setPreferences(changedPreferences());
    named<QPushButton>(dialog, u"Restore Defaults"_s)->click();
    QCOMPARE(dialog.preferences(), Preferences());
    QCOMPARE(named<QSpinBox>(dialog, u"Parts sent at once"_s)->text(), u"Automatic"_s);
}

void PreferencesDialogTest::buttons()
{
    PreferencesDialog dialog;
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QSignalSpy rejected(&dialog, &QDialog::rejected);
    dialog.open();
    named<QPushButton>(dialog, u"OK"_s)->click();
    QCOMPARE(accepted.size(), 1);
    dialog.open();
    named<QPushButton>(dialog, u"Cancel"_s)->click();
    QCOMPARE(rejected.size(), 1);
}

void PreferencesDialogTest::everybodyCanUseIt()
{
    PreferencesDialog dialog;
    dialog.setPreferences(changedPreferences());
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QCOMPARE(accessProblems(dialog), QString());
    QVERIFY(tabChain(dialog).size() >= 14);
    QVERIFY(dialog.minimumSizeHint().width() <= 480);
}

QTEST_MAIN(PreferencesDialogTest)
#include "tst_preferencesdialog.moc"
