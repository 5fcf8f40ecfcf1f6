#include "queue/admission.h"

#include "queue/journal.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Who may go on with an upload that several processes know of.
class TestAdmission final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatAnotherProcessCompletesMeanwhileIsNotRestored_data();
    void whatAnotherProcessCompletesMeanwhileIsNotRestored();
};

void TestAdmission::whatAnotherProcessCompletesMeanwhileIsNotRestored_data()
{
    QTest::addColumn<bool>("completes");
    QTest::newRow("is gone on with") << false;
    QTest::newRow("is left alone") << true;
}

void TestAdmission::whatAnotherProcessCompletesMeanwhileIsNotRestored()
{
    QFETCH(bool, completes);
    QTemporaryDir dir;
    QFile file(dir.filePath(u"a.bin"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write("content"), 7);
    file.close();
    EngineSettings settings;
    settings.endpoint = Endpoint::openAi("key");
    settings.dataDir = dir.filePath(u"data"_s);

    QThreadPool pool;
    Journal journal;
    QStringList problems;
    journal.open(settings.dataDir, [&](const QString &problem) { problems.append(problem); });
    Admission admission(settings, pool, journal);
    QList<Admitted> admitted;
    int restorations = 0;
    connect(&admission, &Admission::admitted, this,
            [&](quint64, double, const Admitted &upload) { admitted.append(upload); });
    connect(&admission, &Admission::restored, this, [&] { ++restorations; });

    UploadRequest request;
    request.paths = {file.fileName()};
    admission.admit(1, request);
    QTRY_COMPARE(admitted.size(), 1);
    QCOMPARE(problems, QStringList{QString()});
    const QString key = admitted.constFirst().upload.spec.key;
    admitted.clear(); // and with it the lock

    // The journal is asked in this order: it is still unfinished when the list is read.
    admission.restoreAll();
    if (completes)
        journal.record(key, UploadCompleted{u"file-1"_s, {}}, {});
    QTRY_COMPARE(restorations, 1);
    int alive = 0;
    for (const Admitted &upload : std::as_const(admitted))
        alive += isEnded(upload.upload.state) ? 0 : 1;
    QCOMPARE(alive, completes ? 0 : 1);
}

QTEST_GUILESS_MAIN(TestAdmission)
#include "tst_admission.moc"
