#include "ui/models/addmodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

class TestAddModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void proposesByNameAndPurpose();
    void keepsAChosenMimeType();
    void namesWhatRowsHaveInCommon();
    void movesBlocks();
    void makesRequests();
    void warnsOnceForEachKind();
};

namespace {

QList<FileToAdd> files()
{
    return {{u"/data/a.jsonl"_s, 100}, {u"/data/b.PDF"_s, 200}, {u"/data/c.md"_s, 300}};
}

QString names(const AddModel &model)
{
    QString text;
    for (int row = 0; row < model.rowCount(); ++row)
        text += model.index(row, AddModel::Name).data().toString().first(1);
    return text;
}

} // namespace

void TestAddModel::proposesByNameAndPurpose()
{
    AddModel model(files());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.commonPurpose({0}), u"fine-tune"_s);
    QCOMPARE(model.commonMimeType({0}), u"text/jsonl"_s);
    QCOMPARE(model.commonPurpose({1}), u"user_data"_s);
    QCOMPARE(model.commonMimeType({1}), u"application/pdf"_s);
    model.setPurpose({1, 2}, u"assistants"_s);
    QCOMPARE(model.commonPurpose({1, 2}), u"assistants"_s);
    QCOMPARE(model.commonMimeType({2}), u"text/markdown"_s);
    QCOMPARE(model.bytes(), 600);
    QCOMPARE(model.proposedName(), u"combined.jsonl"_s);
}

void TestAddModel::keepsAChosenMimeType()
{
    AddModel model(files());
    model.setMimeType({2}, u"text/plain"_s);
    model.setPurpose({2}, u"assistants"_s);
    QCOMPARE(model.commonMimeType({2}), u"text/plain"_s);
}

void TestAddModel::namesWhatRowsHaveInCommon()
{
    AddModel model(files());
    QCOMPARE(model.commonPurpose({0, 1}), QString());
    QCOMPARE(model.commonPurpose({1, 2}), u"user_data"_s);
    QCOMPARE(model.commonPurpose({}), QString());
}

void TestAddModel::movesBlocks()
{
    AddModel model(files());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(model.moveFiles({0, 1}, 1));
    QCOMPARE(names(model), u"cab"_s);
    QVERIFY(!model.moveFiles({1, 2}, 1));
    QVERIFY(model.moveFiles({2}, -1));
    QCOMPARE(names(model), u"cba"_s);
    QVERIFY(!model.moveFiles({0}, -1));
    QVERIFY(!model.moveFiles({}, 1));
}

void TestAddModel::makesRequests()
{
    AddModel model(files());
    model.setPurpose({1}, u"evals"_s);
    const QList<UploadRequest> separate = model.separateRequests();
    QCOMPARE(separate.size(), 3);
    QCOMPARE(separate.at(1).paths, QStringList{u"/data/b.PDF"_s});
    QCOMPARE(separate.at(1).purpose, u"evals"_s);
    QVERIFY(separate.at(1).combineName.isEmpty());
    model.moveFiles({2}, -1);
    const UploadRequest combined =
        model.combinedRequest(u"all.jsonl"_s, u"batch"_s, u"text/jsonl"_s);
    QCOMPARE(combined.paths, (QStringList{u"/data/a.jsonl"_s, u"/data/c.md"_s, u"/data/b.PDF"_s}));
    QCOMPARE(combined.combineName, u"all.jsonl"_s);
    QCOMPARE(combined.purpose, u"batch"_s);
}

void TestAddModel::warnsOnceForEachKind()
{
    AddModel model(files());
    QCOMPARE(model.warnings(), QStringList());
    model.setPurpose({1, 2}, u"batch"_s);
    QCOMPARE(model.warnings().size(), 1);
    QVERIFY(model.warnings().constFirst().contains(u"b.PDF"_s));
}

QTEST_GUILESS_MAIN(TestAddModel)
#include "tst_addmodel.moc"
