#include "detailsfixture.h"

#include "resources/resources.h"
#include "ui/details/detailspanel.h"
#include "ui/details/elidedlabel.h"
#include "ui/details/flowlayout.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Whether all fits, from narrow to wide and from small to large letters.
class DetailsLayoutTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void clipsNothing_data();
    void clipsNothing();
    void followsThePalette();
    void flowsLikeWords();
    void isGoneThroughAsSeen();
    void leavesOutWhatDoesNotFit();

private:
    void expectNothingClipped(const DetailsPanel &panel);

    QFont m_font;
    QPalette m_palette;
};

namespace {

/// Long enough to need wrapping, and with a word that can't be wrapped by itself.
UploadSnapshot fullest(const UploadPlan &plan)
{
    UploadSnapshot upload = sampleUpload(u"k"_s, plan);
    upload.held = true;
    upload.state = UploadState::Ready;
    upload.hashed = upload.bytes / 3;
    upload.hashing = true;
    upload.fileId = u"file-RRx32Mws4VZG3ZUnsU6Dvf"_s;
    upload.error.kind = ErrorKind::Refused;
    upload.error.status = 400;
    upload.error.message = u"No such thing: "_s + QString(300, u'x');
    upload.error.requestId = QString(120, u'r');
    return upload;
}

/// With the most choices.
UploadSnapshot undecided(const UploadPlan &plan)
{
    UploadSnapshot upload = sampleUpload(u"k"_s, plan);
    upload.state = UploadState::Unknown;
    upload.reason = u"It can't be told: "_s + QString(300, u'x');
    return upload;
}

bool isControl(const QWidget *widget)
{
    return qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QComboBox *>(widget)
        || qobject_cast<const QLabel *>(widget);
}

/// Why a control can't be seen whole; empty if it can.
QString clipping(const QWidget *control, const QWidget *within)
{
    const QRect place(control->mapTo(within, QPoint(0, 0)), control->size());
    if (place.left() < 0 || place.right() > within->rect().right())
        return u"beyond the edge"_s;
    const QSize needed = control->minimumSizeHint();
    if (control->width() < needed.width() || control->height() < needed.height())
        return u"smaller than its least size"_s;
    if (control->hasHeightForWidth()
        && control->height() < control->heightForWidth(control->width()))
        return u"lower than its text"_s;
    if (!control->parentWidget()->rect().contains(control->geometry()))
        return u"beyond its parent"_s;
    return {};
}

} // namespace

void DetailsLayoutTest::initTestCase()
{
    initResources();
    m_font = QApplication::font();
    m_palette = QApplication::palette();
}

void DetailsLayoutTest::cleanup()
{
    QApplication::setFont(m_font);
    QApplication::setPalette(m_palette);
}

void DetailsLayoutTest::clipsNothing_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<double>("scale");
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::newRow("narrow") << 480 << 1.0 << Qt::LeftToRight;
    QTest::newRow("wide") << 1000 << 1.0 << Qt::LeftToRight;
    QTest::newRow("from right to left") << 480 << 1.0 << Qt::RightToLeft;
    QTest::newRow("large letters") << 720 << 1.5 << Qt::LeftToRight;
    QTest::newRow("huge screen") << 3840 << 2.0 << Qt::LeftToRight;
}

void DetailsLayoutTest::clipsNothing()
{
    QFETCH(int, width);
    QFETCH(double, scale);
    QFETCH(Qt::LayoutDirection, direction);
    QFont font = m_font;
    font.setPointSizeF(m_font.pointSizeF() * scale);
    QApplication::setFont(font);
    DetailsPanel panel([] { return kSampleNowMs; });
    panel.setLayoutDirection(direction);
    QList<SampleFile> files;
    for (int file = 0; file < 30; ++file)
        files.append({u"/files/of/somebody/with/a/very/long/path/to/the/files/%1/%2.jsonl"_s
                          .arg(QString(60, u'd'))
                          .arg(file),
                      800});
    const UploadPlan plan = samplePlan(files, 100);
    panel.showUpload(fullest(plan));
    panel.showPlan(u"k"_s, plan);
    QList<int> order = fileOrder(plan.parts.size());
    std::reverse(order.begin(), order.end());
    panel.showParts(u"k"_s, sampleParts(plan), order);
    panel.resize(width, static_cast<int>(500 * scale));
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QVERIFY(panel.width() <= width);
    expectNothingClipped(panel);
    panel.showUpload(undecided(plan));
    expectNothingClipped(panel);
}

void DetailsLayoutTest::expectNothingClipped(const DetailsPanel &panel)
{
    auto *tabs = panel.findChild<QTabWidget *>();
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        QCoreApplication::processEvents();
        for (const QWidget *control : tabs->widget(tab)->findChildren<QWidget *>()) {
            if (!isControl(control) || !control->isVisible())
                continue;
            const QString problem = clipping(control, tabs->widget(tab));
            QVERIFY2(problem.isEmpty(),
                     qPrintable(
                         u"%1 %2: %3"_s.arg(QString::fromLatin1(control->metaObject()->className()),
                                            control->property("text").toString(), problem)));
        }
    }
}

void DetailsLayoutTest::followsThePalette()
{
    DetailsPanel panel([] { return kSampleNowMs; });
    const UploadPlan plan = samplePlan({{u"/f/a.jsonl"_s, 2400}}, 100);
    panel.showUpload(fullest(plan));
    panel.showPlan(u"k"_s, plan);
    panel.showParts(u"k"_s, sampleParts(plan), {});
    panel.resize(480, 500);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    auto *tabs = panel.findChild<QTabWidget *>();
    const auto darkShare = [&panel] {
        const QImage image = panel.grab().toImage().convertToFormat(QImage::Format_Grayscale8);
        qint64 dark = 0;
        for (int line = 0; line < image.height(); ++line) {
            const uchar *pixels = image.constScanLine(line);
            dark += std::count_if(pixels, pixels + image.width(),
                                  [](uchar grey) { return grey < 100; });
        }
        return static_cast<double>(dark) / (image.width() * image.height());
    };
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        QTRY_VERIFY(darkShare() < 0.3);
        QApplication::setPalette(darkPalette());
        QTRY_VERIFY(darkShare() > 0.7);
        QApplication::setPalette(m_palette);
    }
}

void DetailsLayoutTest::flowsLikeWords()
{
    QWidget widget;
    auto *layout = new FlowLayout(&widget);
    layout->setContentsMargins(3, 3, 3, 3);
    layout->setSpacing(4);
    QList<QWidget *> items;
    for (const QSize size : {QSize(40, 20), QSize(40, 10), QSize(40, 20), QSize(200, 20)}) {
        items.append(new QWidget(&widget));
        items.constLast()->setFixedSize(size);
        layout->addWidget(items.constLast());
    }
    QCOMPARE(layout->heightForWidth(1000), 3 + 20 + 3);
    QCOMPARE(layout->heightForWidth(90), 3 + 20 + 4 + 20 + 4 + 20 + 3);
    QCOMPARE(layout->minimumSize(), QSize(206, 26));
    widget.resize(134, 100);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    QCOMPARE(items[0]->pos(), QPoint(3, 3));
    QCOMPARE(items[1]->pos(), QPoint(47, 8)); // in the middle of its line
    QCOMPARE(items[2]->pos().x(), 91);
    QCOMPARE(items[3]->pos(), QPoint(3, 27));
    items[0]->hide();
    QTRY_COMPARE(items[1]->pos(), QPoint(3, 8));
    QCOMPARE(layout->count(), 4);
    delete layout->takeAt(3);
    QCOMPARE(layout->count(), 3);
    QVERIFY(!layout->takeAt(3));
}

void DetailsLayoutTest::isGoneThroughAsSeen()
{
    DetailsPanel panel([] { return kSampleNowMs; });
    panel.resize(900, 500);
    panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    const UploadPlan plan = samplePlan({{u"/f/a.jsonl"_s, 50}}, 10);
    panel.showUpload(sampleUpload(u"k"_s, plan));
    panel.showPlan(u"k"_s, plan);
    panel.showParts(u"k"_s, QList<PartSnapshot>(plan.parts.size()), {});
    panel.findChild<QTabWidget *>()->tabBar()->setFocus();
    QList<int> tops;
    for (int step = 0; step < 3; ++step) {
        QTest::keyClick(panel.focusWidget(), Qt::Key_Tab);
        tops.append(panel.focusWidget()->mapTo(&panel, QPoint()).y());
    }
    QVERIFY(tops.at(0) < tops.at(1));
    QVERIFY(tops.at(1) < tops.at(2));
}

void DetailsLayoutTest::leavesOutWhatDoesNotFit()
{
    const QString whole = u"1.0 MB/s · 12 parts at once · 1 failed"_s;
    const QString shorter = u"1.0 MB/s · 1 failed"_s;
    ElidedLabel label;
    label.setTexts({whole, shorter});
    label.resize(label.sizeHint());
    label.show();
    QCOMPARE(label.text(), whole);
    QVERIFY(label.toolTip().isEmpty());
    label.resize(label.width() - label.fontMetrics().horizontalAdvance(u"parts"_s), label.height());
    QCOMPARE(label.text(), shorter);
    QCOMPARE(label.toolTip(), whole);
    QCOMPARE(label.accessibleName(), whole);
}

QTEST_MAIN(DetailsLayoutTest)
#include "tst_detailslayout.moc"
