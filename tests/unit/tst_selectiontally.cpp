#include "ui/models/selectiontally.h"

#include <QMap>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr int kStates = static_cast<int>(UploadState::Unknown) + 1;

UploadSnapshot uploadOf(const QString &key, UploadState state)
{
    UploadSnapshot upload;
    upload.key = key;
    upload.state = state;
    return upload;
}

UploadSnapshot anyUpload(const QString &key, QRandomGenerator &random)
{
    UploadSnapshot upload = uploadOf(key, static_cast<UploadState>(random.bounded(kStates)));
    upload.held = random.bounded(2) == 0;
    upload.asksToBegin = random.bounded(4) == 0;
    upload.fileId = random.bounded(3) == 0 ? u"file-1"_s : QString();
    upload.uploadId = random.bounded(2) == 0 ? u"upload_1"_s : QString();
    return upload;
}

} // namespace

/// What can be done with the selected uploads.
class SelectionTallyTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsUp();
    void countsOnlyTheSelected();
    void agreesWithLookingAtAll();
};

void SelectionTallyTest::addsUp()
{
    SelectionTally tally;
    QCOMPARE(tally.possible(), UploadActions());
    const UploadSnapshot paused = uploadOf(u"a"_s, UploadState::Paused);
    const UploadSnapshot completed = uploadOf(u"b"_s, UploadState::Completed);
    tally.select(paused);
    tally.select(completed);
    QCOMPARE(tally.size(), 2);
    QCOMPARE(tally.possible(), actionsFor(paused) | actionsFor(completed));
    tally.deselect(u"a"_s);
    tally.deselect(u"nobody"_s);
    QCOMPARE(tally.possible(), actionsFor(completed));
    tally.clear();
    QCOMPARE(tally.size(), 0);
    QCOMPARE(tally.possible(), UploadActions());
}

void SelectionTallyTest::countsOnlyTheSelected()
{
    SelectionTally tally;
    tally.update(uploadOf(u"a"_s, UploadState::Paused));
    QCOMPARE(tally.possible(), UploadActions());
    UploadSnapshot upload = uploadOf(u"a"_s, UploadState::Sending);
    upload.held = true;
    tally.select(upload);
    QVERIFY(tally.isHeld());
    upload.state = UploadState::Cancelled; // which can't be held any more
    tally.update(upload);
    QVERIFY(!tally.isHeld());
    QCOMPARE(tally.possible(), actionsFor(upload));
    QCOMPARE(tally.retryText(), u"&Start Again"_s);
}

void SelectionTallyTest::agreesWithLookingAtAll()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    SelectionTally tally;
    QMap<QString, UploadSnapshot> selected;
    for (int step = 0; step < 3000; ++step) {
        const QString key = QString::number(random.bounded(20));
        const UploadSnapshot upload = anyUpload(key, random);
        switch (random.bounded(3)) {
        case 0:
            tally.select(upload);
            selected.insert(key, upload);
            break;
        case 1:
            tally.deselect(key);
            selected.remove(key);
            break;
        default:
            tally.update(upload);
            if (selected.contains(key))
                selected.insert(key, upload);
        }
        UploadActions possible;
        for (const UploadSnapshot &one : std::as_const(selected))
            possible |= actionsFor(one);
        QCOMPARE(tally.possible(), possible);
        QCOMPARE(tally.size(), selected.size());
        QCOMPARE(tally.isHeld(),
                 std::any_of(selected.cbegin(), selected.cend(), [](const UploadSnapshot &one) {
                     return one.held && actionsFor(one).testFlag(UploadAction::Hold);
                 }));
    }
}

QTEST_GUILESS_MAIN(SelectionTallyTest)
#include "tst_selectiontally.moc"
