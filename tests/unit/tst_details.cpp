#include "detailsfixture.h"

#include "resources/resources.h"
#include "ui/details/detailspanel.h"
#include "ui/details/elidedlabel.h"
#include "ui/details/holdbar.h"
#include "ui/details/logtab.h"
#include "ui/details/partlist.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

using Order = QList<int>;

/// The panel, driven as a person drives it.
class DetailsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void holds();
    void keepsTheChoiceUntilTheEngineHasIt();
    void completesWhenReady();
    void skipsTheChecksum();
    void arrangesByKeysAndButtons();
    void arrangesOnlyWhatIsHeld();
    void arrangesWholeFiles();
    void warnsOfCutLines();
    void resetsForAnotherUpload();
    void leavesOthersAlone();
    void countsDown();
    void tellsWhatIsWrong();
    void copiesIds();
    void logsEachUpload();
    void staysAtTheEndOfTheLog();
    void remembersItsState();
    void namesEveryControl();

private:
    void show(const UploadPlan &plan);
    void showReady();
    QStringList shownTexts() const;
    template <typename Button> Button *button(const QString &text) const;
    QWidget *tab(int index) const { return m_panel->findChild<QTabWidget *>()->widget(index); }

    qint64 m_nowMs = kSampleNowMs;
    std::unique_ptr<DetailsPanel> m_panel;
    UploadPlan m_plan;
    UploadSnapshot m_upload;
};

void DetailsTest::initTestCase()
{
    initResources();
}

void DetailsTest::init()
{
    m_nowMs = kSampleNowMs;
    m_panel = std::make_unique<DetailsPanel>([this] { return m_nowMs; });
    m_panel->resize(900, 500);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    show(samplePlan({{u"/f/a.jsonl"_s, 50}}, 10));
}

void DetailsTest::cleanup()
{
    m_panel.reset();
}

void DetailsTest::show(const UploadPlan &plan)
{
    m_plan = plan;
    m_upload = sampleUpload(u"k"_s, plan);
    m_panel->showUpload(m_upload);
    m_panel->showPlan(u"k"_s, plan);
    m_panel->showParts(u"k"_s, QList<PartSnapshot>(plan.parts.size()), {});
}

void DetailsTest::showReady()
{
    m_upload.state = UploadState::Ready;
    m_upload.held = true;
    m_upload.hashed = m_upload.bytes;
    m_panel->showUpload(m_upload);
}

QStringList DetailsTest::shownTexts() const
{
    QStringList texts;
    for (const QLabel *label : m_panel->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts.append(label->text());
    }
    return texts;
}

/// The visible one with this text; none: null.
template <typename Button> Button *DetailsTest::button(const QString &text) const
{
    for (Button *found : m_panel->findChildren<Button *>()) {
        if (found->isVisible() && (found->text() == text || found->accessibleName() == text))
            return found;
    }
    return nullptr;
}

void DetailsTest::holds()
{
    QSignalSpy chosen(m_panel.get(), &DetailsPanel::holdChosen);
    auto *hold = button<QCheckBox>(u"Arrange the parts before completing"_s);
    QVERIFY(hold);
    auto *end = m_panel->findChild<QComboBox *>();
    QVERIFY(!end->isVisible());
    QTest::mouseClick(hold, Qt::LeftButton, {}, QPoint(10, hold->height() / 2));
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.at(0).at(0).toString(), u"k"_s);
    QCOMPARE(chosen.at(0).at(1).toBool(), true);
    QCOMPARE(chosen.at(0).at(2).value<HoldEnd>(), HoldEnd::LetExpire);
    QVERIFY(end->isVisible());
    QVERIFY(shownTexts().contains(u"expires in 43 min"_s));
    end->setFocus();
    QTest::keyClick(end, Qt::Key_Up);
    QCOMPARE(chosen.size(), 2);
    QCOMPARE(chosen.at(1).at(2).value<HoldEnd>(), HoldEnd::CompleteBefore);
    QVERIFY(shownTexts().contains(u"completes by itself in 41 min"_s));
}

void DetailsTest::keepsTheChoiceUntilTheEngineHasIt()
{
    auto *hold = button<QCheckBox>(u"Arrange the parts before completing"_s);
    QTest::mouseClick(hold, Qt::LeftButton, {}, QPoint(10, hold->height() / 2));
    m_panel->showUpload(m_upload); // from before
    QVERIFY(hold->isChecked());
    m_upload.held = true;
    m_panel->showUpload(m_upload);
    m_upload.held = false; // somebody else's choice
    m_panel->showUpload(m_upload);
    QVERIFY(!hold->isChecked());
    // An engine that does not follow is right in the end.
    QTest::mouseClick(hold, Qt::LeftButton, {}, QPoint(10, hold->height() / 2));
    m_nowMs += 10'000;
    m_panel->showUpload(m_upload);
    QVERIFY(!hold->isChecked());
}

void DetailsTest::completesWhenReady()
{
    QSignalSpy completed(m_panel.get(), &DetailsPanel::completeRequested);
    m_upload.held = true;
    m_panel->showUpload(m_upload);
    auto *complete = button<QPushButton>(u"Complete"_s);
    QVERIFY(complete && !complete->isEnabled());
    showReady();
    QVERIFY(complete->isEnabled());
    QVERIFY(!button<QCheckBox>(u"Arrange the parts before completing"_s));
    QTest::mouseClick(complete, Qt::LeftButton);
    QCOMPARE(completed.size(), 1);
    QCOMPARE(completed.at(0).at(0).toString(), u"k"_s);
    m_upload.state = UploadState::Completed;
    m_panel->showUpload(m_upload);
    QVERIFY(!m_panel->findChild<HoldBar *>()->isVisible());
}

void DetailsTest::skipsTheChecksum()
{
    QSignalSpy skipped(m_panel.get(), &DetailsPanel::skipChecksumRequested);
    showReady();
    QVERIFY(!button<QPushButton>(u"Skip the checksum"_s));
    for (const UploadState state : {UploadState::Ready, UploadState::Completing}) {
        m_upload.state = state;
        m_upload.hashed = 22;
        m_upload.hashing = true;
        m_panel->showUpload(m_upload);
        QVERIFY(shownTexts().contains(u"checksum 44 %"_s));
        QTest::mouseClick(button<QPushButton>(u"Skip the checksum"_s), Qt::LeftButton);
    }
    QCOMPARE(skipped.size(), 2);
}

void DetailsTest::arrangesByKeysAndButtons()
{
    QSignalSpy chosen(m_panel.get(), &DetailsPanel::orderChosen);
    m_upload.held = true;
    m_panel->showUpload(m_upload);
    auto *list = m_panel->findChild<PartList *>();
    const auto select = [list](int row) { list->setCurrentIndex(list->model()->index(row, 0)); };
    const auto last = [&chosen] { return chosen.constLast().at(1).value<Order>(); };
    list->setFocus();
    select(2);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(last(), Order({0, 2, 1, 3, 4}));
    QCOMPARE(list->currentIndex().row(), 1);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(last(), Order({2, 0, 1, 3, 4}));
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(chosen.size(), 2); // it is at the top
    QTest::keyClick(list, Qt::Key_End, Qt::AltModifier);
    QCOMPARE(last(), Order({0, 1, 3, 4, 2}));
    QTest::keyClick(list, Qt::Key_Home, Qt::AltModifier);
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(last(), Order({0, 2, 1, 3, 4}));
    QVERIFY(shownTexts().contains(u"Custom order"_s));
    QTest::mouseClick(button<QToolButton>(u"Reverse"_s), Qt::LeftButton);
    QCOMPARE(last(), Order({4, 3, 1, 2, 0}));
    QTest::mouseClick(button<QToolButton>(u"Back to file order"_s), Qt::LeftButton);
    QCOMPARE(last(), Order({0, 1, 2, 3, 4}));
    QVERIFY(!shownTexts().contains(u"Custom order"_s));
    QCOMPARE(chosen.constLast().at(0).toString(), u"k"_s);
    QVERIFY(!button<QToolButton>(u"Whole files: keep each file's parts together"_s));
}

void DetailsTest::arrangesOnlyWhatIsHeld()
{
    QSignalSpy chosen(m_panel.get(), &DetailsPanel::orderChosen);
    auto *list = m_panel->findChild<PartList *>();
    list->setFocus();
    list->setCurrentIndex(list->model()->index(2, 0));
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QVERIFY(!button<QToolButton>(u"Up"_s));
    QCOMPARE(chosen.size(), 0);
    QVERIFY(!list->model()->flags(list->currentIndex()).testFlag(Qt::ItemIsDragEnabled));
}

void DetailsTest::arrangesWholeFiles()
{
    QSignalSpy chosen(m_panel.get(), &DetailsPanel::orderChosen);
    show(samplePlan({{u"/f/a.jsonl"_s, 20}, {u"/f/b.jsonl"_s, 7}, {u"/f/c.jsonl"_s, 15}}, 10));
    m_upload.held = true;
    m_panel->showUpload(m_upload);
    auto *wholeFiles = button<QToolButton>(u"Whole files: keep each file's parts together"_s);
    QVERIFY(wholeFiles);
    QTest::mouseClick(wholeFiles, Qt::LeftButton);
    QVERIFY(wholeFiles->isChecked());
    QCOMPARE(chosen.size(), 0);
    auto *list = m_panel->findChild<PartList *>();
    list->setCurrentIndex(list->model()->index(4, 0));
    QTest::mouseClick(button<QToolButton>(u"To the beginning"_s), Qt::LeftButton);
    QCOMPARE(chosen.constLast().at(1).value<Order>(), Order({3, 4, 0, 1, 2}));
}

void DetailsTest::warnsOfCutLines()
{
    const auto isWarned = [this] {
        return shownTexts().join(u' ').contains("This order cuts lines"_L1);
    };
    m_panel->showParts(u"k"_s, QList<PartSnapshot>(5), {1, 0, 2, 3, 4});
    QVERIFY(isWarned());
    m_panel->showParts(u"k"_s, QList<PartSnapshot>(5), {0, 1, 2, 3, 4});
    QVERIFY(!isWarned());
    m_plan.cutAtLines = true;
    m_panel->showPlan(u"k"_s, m_plan);
    m_panel->showParts(u"k"_s, QList<PartSnapshot>(5), {1, 0, 2, 3, 4});
    QVERIFY(!isWarned());
}

void DetailsTest::resetsForAnotherUpload()
{
    m_upload.key = u"other"_s;
    m_panel->showUpload(m_upload);
    QCOMPARE(m_panel->shownKey(), u"other"_s);
    QCOMPARE(m_panel->findChild<PartList *>()->model()->rowCount(), 0);
    m_panel->showNothing();
    QVERIFY(m_panel->shownKey().isEmpty());
    QVERIFY(!m_panel->findChild<QTabWidget *>()->isVisible());
    QVERIFY(shownTexts().contains(u"Select an upload to see its parts."_s));
    m_panel->showNothing(true);
    QVERIFY(!shownTexts().contains(u"Select an upload to see its parts."_s));
    QVERIFY(!shownTexts().filter(u"Several uploads are selected."_s).isEmpty());
}

void DetailsTest::leavesOthersAlone()
{
    m_panel->showPlan(u"other"_s, samplePlan({{u"/f/b"_s, 10}}, 10));
    m_panel->showParts(u"other"_s, QList<PartSnapshot>(5), {4, 3, 2, 1, 0});
    const auto *model = m_panel->findChild<PartList *>()->model();
    QCOMPARE(model->rowCount(), 5);
    QCOMPARE(model->index(0, 0).data().toString(), u"1"_s);
}

void DetailsTest::countsDown()
{
    m_upload.held = true;
    m_panel->showUpload(m_upload);
    m_nowMs += 10 * 60 * 1000;
    QTRY_VERIFY(shownTexts().contains(u"expires in 33 min"_s)); // nobody tells it anything
}

void DetailsTest::tellsWhatIsWrong()
{
    QSignalSpy asked(m_panel.get(), &DetailsPanel::actionChosen);
    m_panel->findChild<QTabWidget *>()->setCurrentIndex(1);
    m_upload.state = UploadState::Failed;
    m_upload.error.kind = ErrorKind::Auth;
    m_upload.error.status = 401;
    m_upload.error.message = u"Incorrect <b>API</b> key\u202E"_s;
    m_upload.error.requestId = u"req_7"_s;
    m_panel->showUpload(m_upload);
    const QStringList texts = shownTexts();
    QVERIFY(texts.join(u' ').contains("did not accept the key"_L1));
    QVERIFY(texts.contains(u"Check the key, its permissions, the organisation and the project."_s));
    QVERIFY(texts.contains(u"Incorrect <b>API</b> key\\u{202E} · HTTP 401"_s));
    for (const QLabel *label : tab(1)->findChildren<QLabel *>()) {
        if (label->text().contains("<b>"_L1))
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QTest::mouseClick(button<QPushButton>(u"Enter the Key…"_s), Qt::LeftButton);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.at(0).at(1).value<HelpfulAction>(), HelpfulAction::EnterKey);
    QTest::mouseClick(button<QToolButton>(u"Copy the request ID"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"req_7"_s);

    m_upload.state = UploadState::Unknown;
    m_upload.error = {};
    m_upload.reason = u"the answer was cut off"_s;
    m_panel->showUpload(m_upload);
    QVERIFY(shownTexts().contains(u"the answer was cut off"_s));
    for (const Choice &choice : choicesFor(m_upload)) {
        QVERIFY2(shownTexts().contains(choice.explanation), qPrintable(choice.explanation));
        QTest::mouseClick(button<QPushButton>(helpfulActionText(choice.action)), Qt::LeftButton);
        QCOMPARE(asked.constLast().at(1).value<HelpfulAction>(), choice.action);
    }
    // A decision is not taken from under the user's finger.
    auto *look = button<QPushButton>(u"Look Again"_s);
    look->setFocus();
    m_upload.rate = 1;
    m_panel->showUpload(m_upload);
    QCOMPARE(button<QPushButton>(u"Look Again"_s), look);
    QVERIFY(look->hasFocus());

    m_upload.state = UploadState::Waiting;
    m_upload.reason = u"This computer has no network connection."_s;
    m_panel->showUpload(m_upload);
    QVERIFY(shownTexts().contains(m_upload.reason));
    QVERIFY(button<QPushButton>(u"Retry Now"_s) && !button<QPushButton>(u"Look Again"_s));
    m_upload.state = UploadState::Sending;
    m_upload.forecast = u"At 3 Mbit/s the rest needs 50 min."_s;
    m_panel->showUpload(m_upload);
    QVERIFY(shownTexts().contains(m_upload.forecast));
    m_upload.forecast.clear();
    m_panel->showUpload(m_upload);
    QVERIFY(!button<QPushButton>(u"Enter the Key…"_s));
}

void DetailsTest::copiesIds()
{
    m_panel->findChild<QTabWidget *>()->setCurrentIndex(1);
    QVERIFY(!button<QToolButton>(u"Copy the file ID"_s));
    m_upload.state = UploadState::Completed;
    m_upload.fileId = u"file-1"_s;
    m_panel->showUpload(m_upload);
    QTest::mouseClick(button<QToolButton>(u"Copy the file ID"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"file-1"_s);

    ElidedLabel label;
    label.setFullText(u"/a/very/long/path/that/does/not/fit/a.jsonl"_s);
    label.resize(label.minimumSizeHint());
    label.show();
    QVERIFY(label.text().contains(u'…'));
    QCOMPARE(label.toolTip(), label.fullText());
    QTest::keyClick(&label, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), label.fullText());
}

void DetailsTest::logsEachUpload()
{
    const auto *log = m_panel->findChild<LogTab *>();
    m_panel->addEvent(u"k"_s, RestartedEvent{u"it expired"_s}, 1);
    m_panel->addEvent(u"other"_s, CancelledEvent{}, 2);
    m_panel->addEvent(u"k"_s, ProgressEvent{}, 3);
    QCOMPARE(log->document()->blockCount(), 1);
    QVERIFY(log->toPlainText().endsWith("Begins again: it expired"_L1));
    m_upload.key = u"other"_s;
    m_panel->showUpload(m_upload);
    QVERIFY(log->toPlainText().endsWith("Cancelled"_L1));
    m_panel->forget(u"k"_s);
    m_upload.key = u"k"_s;
    m_panel->showUpload(m_upload);
    QVERIFY(log->toPlainText().isEmpty());
}

void DetailsTest::staysAtTheEndOfTheLog()
{
    m_panel->findChild<QTabWidget *>()->setCurrentIndex(2);
    auto *log = m_panel->findChild<LogTab *>();
    const auto add = [this](int count) {
        for (int line = 0; line < count; ++line)
            m_panel->addEvent(u"k"_s, RestartedEvent{u"again"_s}, line);
    };
    add(600);
    QCOMPARE(log->document()->blockCount(), 500);
    auto *bar = log->verticalScrollBar();
    QVERIFY(bar->maximum() > 0);
    QCOMPARE(bar->value(), bar->maximum());
    bar->setValue(10);
    add(1);
    QVERIFY(bar->value() < bar->maximum() / 2);
    log->setFocus();
    QTest::keyClick(log, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(log, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 499);
}

void DetailsTest::remembersItsState()
{
    m_panel->findChild<QTabWidget *>()->setCurrentIndex(2);
    const QByteArray state = m_panel->saveState();
    DetailsPanel other([] { return kSampleNowMs; });
    other.restoreState(QByteArray("nonsense"));
    other.restoreState(state);
    QCOMPARE(other.findChild<QTabWidget *>()->currentIndex(), 2);
    QCOMPARE(other.saveState(), state);
}

void DetailsTest::namesEveryControl()
{
    showReady();
    m_upload.state = UploadState::Unknown;
    m_panel->showUpload(m_upload);
    for (const QAbstractButton *found : m_panel->findChildren<QAbstractButton *>()) {
        const bool isPartOfAnother = found->objectName().startsWith("qt_"_L1)
            || qobject_cast<const QTabBar *>(found->parentWidget());
        if (!isPartOfAnother)
            QVERIFY(!found->accessibleName().isEmpty() || !found->text().isEmpty());
    }
    for (const QComboBox *found : m_panel->findChildren<QComboBox *>())
        QVERIFY(!found->accessibleName().isEmpty());
}

QTEST_MAIN(DetailsTest)
#include "tst_details.moc"
