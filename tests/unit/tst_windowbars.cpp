#include "resources/resources.h"
#include "ui/connectionlabel.h"
#include "ui/journalbars.h"
#include "ui/messagebar.h"

#include <QLabel>
#include <QTest>
#include <QToolButton>

using namespace longshore;
using namespace Qt::StringLiterals;

/// What the window says of the journal and of the network.
class WindowBarsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void journalProblemStaysWhileItLasts();
    void journalNoticeIsClosedByTheUser();
    void labelSaysOffline();
};

namespace {

QStringList shownMessages(const QWidget &bars)
{
    QStringList texts;
    for (const MessageBar *bar : bars.findChildren<MessageBar *>()) {
        if (!bar->text().isEmpty())
            texts.append(bar->text());
    }
    return texts;
}

/// Of the bars that are shown.
QList<QToolButton *> closeButtons(const QWidget &bars)
{
    QList<QToolButton *> buttons;
    for (QToolButton *button : bars.findChildren<QToolButton *>()) {
        if (button->isVisible())
            buttons.append(button);
    }
    return buttons;
}

} // namespace

void WindowBarsTest::initTestCase()
{
    initResources();
}

void WindowBarsTest::journalProblemStaysWhileItLasts()
{
    JournalBars bars;
    bars.show();
    QVERIFY(shownMessages(bars).isEmpty());
    bars.showJournalProblem(u"The journal can't be written: the disk is full."_s);
    QCOMPARE(shownMessages(bars).size(), 1);
    const QString text = shownMessages(bars).constFirst();
    QVERIFY(text.startsWith(u"The journal can't be written: the disk is full."_s));
    QVERIFY(text.contains(u"can't be resumed"_s));
    QVERIFY(closeButtons(bars).isEmpty());
    bars.showJournalProblem(u"The journal can't be opened."_s);
    QCOMPARE(shownMessages(bars).size(), 1);
    QVERIFY(shownMessages(bars).constFirst().startsWith(u"The journal can't be opened."_s));
    bars.clearJournalProblem();
    QVERIFY(shownMessages(bars).isEmpty());
}

void WindowBarsTest::journalNoticeIsClosedByTheUser()
{
    JournalBars bars;
    bars.show();
    bars.showJournalNotice(u"It was damaged."_s);
    bars.showJournalProblem(u"The disk is full."_s);
    bars.clearJournalProblem();
    bars.showJournalNotice(u"It was damaged."_s);
    bars.showJournalNotice(u"Two uploads were taken over."_s);
    QCOMPARE(shownMessages(bars), QStringList{u"It was damaged.\nTwo uploads were taken over."_s});
    const QList<QToolButton *> buttons = closeButtons(bars);
    QCOMPARE(buttons.size(), 1);
    QVERIFY(!buttons.constFirst()->accessibleName().isEmpty());
    QTest::mouseClick(buttons.constFirst(), Qt::LeftButton);
    QVERIFY(shownMessages(bars).isEmpty());
    // Closed is told: the next one stands for itself.
    bars.showJournalNotice(u"It was damaged once more."_s);
    QCOMPARE(shownMessages(bars), QStringList{u"It was damaged once more."_s});
}

void WindowBarsTest::labelSaysOffline()
{
    ConnectionLabel label;
    Profile profile;
    label.showConnected(profile, u"https://service.example/v1"_s);
    const QString online = label.text();
    label.setOnline(false);
    QCOMPARE(label.text(), u"Offline – "_s + online);
    QVERIFY(label.accessibleName().contains(u"Offline"_s));
    QVERIFY(label.toolTip().contains(u"no network connection"_s));
    profile.kind = ServiceKind::Sandbox;
    label.showConnected(profile, u"http://127.0.0.1:1/v1"_s);
    QVERIFY(!label.text().contains(u"Offline"_s));
    label.showDisconnected({});
    QVERIFY(!label.text().contains(u"Offline"_s));
    label.setOnline(true);
    label.showConnected(Profile(), {});
    QVERIFY(!label.text().contains(u"Offline"_s));
}

QTEST_MAIN(WindowBarsTest)
#include "tst_windowbars.moc"
