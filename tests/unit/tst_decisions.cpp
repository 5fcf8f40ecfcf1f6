#include "ui/models/errorwords.h"
#include "ui/models/helpfulaction.h"
#include "ui/models/queuemodel.h"
#include "ui/models/selectiontally.h"
#include "ui/models/uploadtext.h"

#include <QSignalSpy>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'800'000'000'000;

const QString kBefore = u"At 9 Mbit/s this needs 2 h; an upload lives 1 h; up to 3.9 GB fits."_s;
const QString kWhile = u"At 3 Mbit/s the rest needs 50 min, but the upload expires in 30 min."_s;

UploadSnapshot upload(UploadState state)
{
    UploadSnapshot snapshot;
    snapshot.key = u"k"_s;
    snapshot.filename = u"train.jsonl"_s;
    snapshot.bytes = 1'000'000'000;
    snapshot.confirmed = 430'000'000;
    snapshot.state = state;
    return snapshot;
}

UploadSnapshot unknown()
{
    UploadSnapshot snapshot = upload(UploadState::Unknown);
    snapshot.uploadId = u"upload_1"_s;
    snapshot.expiresAt = kNow / 1000 + 600;
    snapshot.reason = u"The answer to complete was lost."_s;
    return snapshot;
}

UploadSnapshot asking()
{
    UploadSnapshot snapshot = upload(UploadState::Paused);
    snapshot.confirmed = 0;
    snapshot.forecast = kBefore;
    snapshot.asksToBegin = true;
    return snapshot;
}

UploadSnapshot late()
{
    UploadSnapshot snapshot = upload(UploadState::Sending);
    snapshot.uploadId = u"upload_1"_s;
    snapshot.forecast = kWhile;
    snapshot.rate = 375'000;
    snapshot.expiresAt = kNow / 1000 + 1800;
    return snapshot;
}

UploadSnapshot failed(ErrorKind kind)
{
    UploadSnapshot snapshot = upload(UploadState::Failed);
    snapshot.error.kind = kind;
    return snapshot;
}

QStringList textsOf(const QList<Choice> &choices)
{
    QStringList texts;
    for (const Choice &choice : choices)
        texts.append(helpfulActionText(choice.action));
    return texts;
}

QString retryTextOf(const QList<UploadSnapshot> &uploads)
{
    SelectionTally tally;
    for (UploadSnapshot one : uploads) {
        one.key = QString::number(tally.size());
        tally.select(one);
    }
    return tally.retryText();
}

} // namespace

/// Uploads that need the user, and what they are told and offered.
class DecisionsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unknownIsExplained();
    void unknownHasAllItsWaysOut();
    void forecastAsksBeforeTheFirstByte();
    void forecastWarnsWhileSending();
    void waitingIsNoTrouble_data();
    void waitingIsNoTrouble();
    void changedFileStartsAgain();
    void expiredTellsItsArithmetic();
    void uselessFileIsTold();
    void offersFitTheState_data();
    void offersFitTheState();
    void retrySaysWhatItDoes();
    void warningsReachTheRow();
    void beginningAnewIsRemarked();
    void deadlineIsOnTheRow_data();
    void deadlineIsOnTheRow();
    void totalsTellWhoNeedsTheUser();
};

void DecisionsTest::unknownIsExplained()
{
    QCOMPARE(statusLine(unknown(), kNow),
             u"May have completed · The answer to complete was lost."_s);
    QCOMPARE(rowSentence(unknown(), kNow),
             u"train.jsonl, may have completed, The answer to complete was lost."_s);
    QCOMPARE(rowTone(unknown()), RowTone::Notice);
    QVERIFY(needsDecision(unknown()));
}

void DecisionsTest::unknownHasAllItsWaysOut()
{
    QCOMPARE(helpfulAction(unknown()), HelpfulAction::LookAgain);
    const QList<Choice> choices = choicesFor(unknown());
    QCOMPARE(textsOf(choices),
             (QStringList{u"Look Again"_s, u"Complete Again"_s, u"Start Again…"_s, u"Remove"_s}));
    for (const Choice &choice : choices)
        QVERIFY2(choice.explanation.endsWith(u'.'), qPrintable(choice.explanation));
    QVERIFY(choices.at(2).explanation.contains(u"two files"_s));
    using enum UploadAction;
    QCOMPARE(actionsFor(unknown()), Retry | CompleteAgain | StartOver | Remove | CopyError);
}

void DecisionsTest::forecastAsksBeforeTheFirstByte()
{
    QCOMPARE(statusLine(asking(), kNow), kBefore);
    QCOMPARE(rowSentence(asking(), kNow), u"train.jsonl, needs your decision, "_s + kBefore);
    QCOMPARE(rowTone(asking()), RowTone::Notice);
    QVERIFY(!isLate(asking()));
    QCOMPARE(helpfulAction(asking()), HelpfulAction::SendAnyway);
    QCOMPARE(textsOf(choicesFor(asking())), (QStringList{u"Send Anyway"_s, u"Cancel"_s}));
    const UploadActions actions = actionsFor(asking());
    using enum UploadAction;
    QVERIFY(actions.testFlag(SendAnyway) && actions.testFlag(Cancel) && actions.testFlag(Remove));
    // "Resume" would not say what it does.
    QVERIFY(!actions.testFlag(Resume));

    const UploadSnapshot paused = upload(UploadState::Paused);
    QCOMPARE(helpfulAction(paused), HelpfulAction::None);
    QVERIFY(choicesFor(paused).isEmpty());
    QVERIFY(actionsFor(paused).testFlag(Resume) && !actionsFor(paused).testFlag(SendAnyway)
            && !actionsFor(paused).testFlag(Remove));
}

void DecisionsTest::forecastWarnsWhileSending()
{
    QCOMPARE(statusLine(late(), kNow), u"Sending · "_s + kWhile);
    QVERIFY(rowSentence(late(), kNow).contains(kWhile));
    QCOMPARE(rowTone(late()), RowTone::Notice);
    QVERIFY(isLate(late()) && !needsDecision(late()));
    QVERIFY(choicesFor(late()).isEmpty());

    QueueModel model([] { return kNow; });
    QueuedUpload queued;
    queued.key = u"k"_s;
    model.addQueued(queued);
    model.setOrder({u"k"_s});
    const QModelIndex deadline = model.index(0, QueueModel::Expires);
    QCOMPARE(deadline.data(QueueModel::ToneRole).toInt(), int(RowTone::Quiet));
    model.update({late()});
    QCOMPARE(deadline.data().toString(), u"30 min 00 s"_s);
    QCOMPARE(deadline.data(QueueModel::ToneRole).toInt(), int(RowTone::Notice));
    QCOMPARE(deadline.data(Qt::AccessibleTextRole).toString(), u"30 min 00 s, too soon"_s);
    QVERIFY(deadline.data(Qt::ToolTipRole).toString().contains(u"needs 50 min"_s));
    QCOMPARE(model.index(0, QueueModel::Name).data(QueueModel::ToneRole).toInt(),
             int(RowTone::Notice));
}

void DecisionsTest::waitingIsNoTrouble_data()
{
    QTest::addColumn<QString>("reason");
    QTest::newRow("offline") << u"This computer has no network connection."_s;
    QTest::newRow("disk") << u"The disk has not answered for 30 s."_s;
    QTest::newRow("overloaded") << u"The server is overloaded."_s;
}

void DecisionsTest::waitingIsNoTrouble()
{
    QFETCH(QString, reason);
    UploadSnapshot waiting = upload(UploadState::Waiting);
    waiting.reason = reason;
    waiting.waitingUntil = kNow + 90'000;
    QCOMPARE(statusLine(waiting, kNow), u"Waiting · next attempt in 1 min 30 s · "_s + reason);
    QCOMPARE(rowSentence(waiting, kNow),
             u"train.jsonl, waiting, 43 percent, %1, next attempt in 2 minute(s)"_s.arg(reason));
    QCOMPARE(rowTone(waiting), RowTone::Quiet);
    QCOMPARE(textsOf(choicesFor(waiting)), QStringList{u"Retry Now"_s});
    // A time that is over says nothing.
    waiting.waitingUntil = 0;
    QCOMPARE(statusLine(waiting, kNow), u"Waiting · "_s + reason);
}

void DecisionsTest::changedFileStartsAgain()
{
    UploadSnapshot changed = failed(ErrorKind::FileChanged);
    changed.error.message = u"“train.jsonl” has 5 bytes, not 6."_s;
    QCOMPARE(statusLine(changed, kNow),
             u"The file is not as it was when it was added · “train.jsonl” has 5 bytes, not 6."_s);
    QCOMPARE(textsOf(choicesFor(changed)), QStringList{u"Start Again"_s});
    using enum UploadAction;
    QCOMPARE(actionsFor(changed), Retry | EditDetails | Remove | CopyError);
    QCOMPARE(retryTextOf({changed}), u"&Start Again"_s);
    QCOMPARE(errorAdvice(changed.error), u"Start again when nothing writes to it any more."_s);
    changed.error.advice = u"Make the file readable, then try again."_s;
    QCOMPARE(errorAdvice(changed.error), changed.error.advice);
}

void DecisionsTest::expiredTellsItsArithmetic()
{
    const QString arithmetic =
        u"An upload lives 1 h; at the measured 9 Mbit/s up to 3.9 GB of its 8 GB fit."_s;
    UploadSnapshot expired = failed(ErrorKind::Expired);
    expired.error.message = u"The upload expired at the service. "_s + arithmetic;
    expired.error.advice = u"Use a faster line, or split the file into several uploads."_s;
    QVERIFY(statusLine(expired, kNow).contains(arithmetic));
    QVERIFY(errorDetails(expired.error).contains(arithmetic));
    QCOMPARE(errorAdvice(expired.error), expired.error.advice);
    QCOMPARE(textsOf(choicesFor(expired)), QStringList{u"Start Again"_s});
}

void DecisionsTest::uselessFileIsTold()
{
    UploadSnapshot useless = failed(ErrorKind::Refused);
    useless.error.status = 200;
    useless.error.message = u"The service made the file f, but can't use it: no MIME type"_s;
    useless.error.advice = u"Correct the file."_s;
    QCOMPARE(errorSentence(useless.error), u"The service can't use the file"_s);
    QCOMPARE(errorAdvice(useless.error), u"Correct the file."_s);
    QCOMPARE(textsOf(choicesFor(useless)), QStringList{u"Start Again"_s});

    UploadSnapshot wrongSize = failed(ErrorKind::BadAnswer);
    wrongSize.error.advice = u"Delete that file at the service, then start again."_s;
    QCOMPARE(errorAdvice(wrongSize.error), wrongSize.error.advice);
}

void DecisionsTest::offersFitTheState_data()
{
    QTest::addColumn<UploadSnapshot>("upload");
    QTest::addColumn<UploadActions>("actions");
    using enum UploadAction;
    const auto row = [](UploadState state, UploadActions actions) {
        QTest::newRow(qPrintable(uploadStateName(state))) << upload(state) << actions;
    };
    row(UploadState::Queued, Pause | Cancel | Hold | Move | EditDetails);
    row(UploadState::Creating, Pause | Cancel | Hold | Move);
    row(UploadState::Sending, Pause | Cancel | Hold | Move);
    row(UploadState::Ready, Pause | Cancel | Complete | Move);
    row(UploadState::Completing, Cancel);
    row(UploadState::Completed, Remove);
    row(UploadState::Cancelling, {});
    row(UploadState::Cancelled, Retry | EditDetails | Remove);
    row(UploadState::Paused, Resume | Cancel | Hold | Move | EditDetails);
    row(UploadState::Waiting, Pause | Cancel | Hold | Move);
    row(UploadState::Failed, Retry | EditDetails | Remove | CopyError);
    row(UploadState::Unknown, Retry | CompleteAgain | StartOver | Remove | CopyError);
    QTest::newRow("asks") << asking() << (SendAnyway | Remove | Cancel | Hold | Move | EditDetails);
}

void DecisionsTest::offersFitTheState()
{
    QFETCH(UploadSnapshot, upload);
    QFETCH(UploadActions, actions);
    QCOMPARE(actionsFor(upload), actions);
}

void DecisionsTest::retrySaysWhatItDoes()
{
    QCOMPARE(retryTextOf({}), u"&Try Again"_s);
    QCOMPARE(retryTextOf({unknown(), upload(UploadState::Sending)}), u"Loo&k Again"_s);
    QCOMPARE(retryTextOf({failed(ErrorKind::Expired), upload(UploadState::Cancelled)}),
             u"&Start Again"_s);
    QCOMPARE(retryTextOf({failed(ErrorKind::Auth)}), u"&Try Again"_s);
    QCOMPARE(retryTextOf({unknown(), failed(ErrorKind::FileChanged)}), u"&Try Again"_s);
}

void DecisionsTest::warningsReachTheRow()
{
    QueueModel model([] { return kNow; });
    QueuedUpload queued;
    queued.key = u"k"_s;
    model.addQueued(queued);
    model.setOrder({u"k"_s});
    const QModelIndex row = model.index(0, QueueModel::Name);
    const auto notes = [&row] { return row.data(QueueModel::NotesRole).value<RowNotes>(); };
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);

    model.note(u"k"_s, WarningEvent{u"It is large."_s, u"large"_s});
    model.note(u"other"_s, WarningEvent{u"It grows."_s, u"file-growing"_s});
    QCOMPARE(changes.size(), 0);
    model.note(u"k"_s, WarningEvent{u"It grows\u202E."_s, u"file-growing"_s});
    QCOMPARE(changes.size(), 1);
    model.update({upload(UploadState::Sending)});
    QCOMPARE(statusLine(model.snapshot(u"k"_s), kNow, notes()),
             u"Sending · It grows\\u{202E}. · 430.0 MB of 1.0 GB"_s);
    QCOMPARE(row.data(QueueModel::ToneRole).toInt(), int(RowTone::Notice));
    QVERIFY(row.data(Qt::AccessibleTextRole).toString().contains(u"It grows"_s));
    QVERIFY(row.data(Qt::ToolTipRole).toString().contains(u"It grows"_s));

    // At the end it is of no matter any more; what the end itself left is.
    model.note(u"k"_s, WarningEvent{u"The file could not be looked at."_s, u"file-not-seen"_s});
    UploadSnapshot completed = upload(UploadState::Completed);
    completed.fileId = u"file-1"_s;
    model.update({completed});
    QCOMPARE(statusLine(completed, kNow, notes()),
             u"Completed · 1.0 GB · file-1 · The file could not be looked at."_s);
    model.update({upload(UploadState::Sending)});
    model.note(u"k"_s, WarningEvent{u"It grows."_s, u"file-growing"_s});
    model.update({upload(UploadState::Completed)});
    QVERIFY(notes().warning.isEmpty());
}

void DecisionsTest::beginningAnewIsRemarked()
{
    QueueModel model([] { return kNow; });
    QueuedUpload queued;
    queued.key = u"k"_s;
    model.addQueued(queued);
    model.setOrder({u"k"_s});
    model.note(u"k"_s, RestartedEvent{u"The upload expired at the service."_s});
    model.update({upload(UploadState::Sending)});
    const QModelIndex row = model.index(0, QueueModel::Name);
    const auto notes = row.data(QueueModel::NotesRole).value<RowNotes>();
    QCOMPARE(statusLine(model.snapshot(u"k"_s), kNow, notes),
             u"Sending · 430.0 MB of 1.0 GB · begun again: The upload expired at the service."_s);
    QCOMPARE(row.data(QueueModel::ToneRole).toInt(), int(RowTone::Quiet));
}

void DecisionsTest::deadlineIsOnTheRow_data()
{
    QTest::addColumn<UploadState>("state");
    for (int state = 0; state <= int(UploadState::Unknown); ++state) {
        const auto value = static_cast<UploadState>(state);
        QTest::newRow(qPrintable(uploadStateName(value))) << value;
    }
}

void DecisionsTest::deadlineIsOnTheRow()
{
    QFETCH(UploadState, state);
    UploadSnapshot snapshot = upload(state);
    snapshot.uploadId = u"upload_1"_s;
    snapshot.expiresAt = kNow / 1000 + 2610;
    // After the end there is none.
    QCOMPARE(rowSentence(snapshot, kNow).endsWith(u"expires in 44 minute(s)"_s), !isEnded(state));
    if (state == UploadState::Ready) {
        QVERIFY(statusLine(snapshot, kNow).contains(u"expires in 43 min"_s));
        QVERIFY(deadlineText(snapshot, kNow).isEmpty());
    } else {
        QCOMPARE(deadlineText(snapshot, kNow), isEnded(state) ? QString() : u"expires in 43 min"_s);
    }
}

void DecisionsTest::totalsTellWhoNeedsTheUser()
{
    QueueTotals totals;
    for (const UploadSnapshot &snapshot :
         {unknown(), asking(), failed(ErrorKind::Auth), upload(UploadState::Paused), late()})
        totals.add(snapshot);
    QCOMPARE(totals.undecided(), 2);
    QCOMPARE(totals.asking(), 1);
    QCOMPARE(totals.failed(), 1);
    QCOMPARE(totals.paused(), 1);
    QCOMPARE(totals.unfinished(), 1);
    totals.take(unknown());
    totals.take(asking());
    QCOMPARE(totals.undecided(), 0);
}

QTEST_GUILESS_MAIN(DecisionsTest)
#include "tst_decisions.moc"
