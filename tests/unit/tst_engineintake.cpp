#include "queue/intake.h"
#include "queue/purposes.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

class EngineIntakeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void purposeAndMimeType_data();
    void purposeAndMimeType();
    void warnings_data();
    void warnings();
    void refusals();
    void sizeLimit();
    void newlineIsAddedWhereJsonlIsCombined();
    void newlineIsAddedWhenCutAtLines();
    void plainFilesStayAsTheyAre();
    void canonicalPaths();

private:
    QString write(const QString &name, const QByteArray &content);

    std::unique_ptr<QTemporaryDir> m_dir;
    Endpoint m_endpoint = Endpoint::openAi("key");
};

void EngineIntakeTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

QString EngineIntakeTest::write(const QString &name, const QByteArray &content)
{
    QFile file(m_dir->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("can't write the test's file");
    return file.fileName();
}

void EngineIntakeTest::purposeAndMimeType_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("purpose");
    QTest::addColumn<QString>("mimeType");
    QTest::newRow("jsonl") << u"a.jsonl"_s << u"fine-tune"_s << u"text/jsonl"_s;
    QTest::newRow("JSONL") << u"a.JSONL"_s << u"fine-tune"_s << u"text/jsonl"_s;
    QTest::newRow("pdf") << u"a.pdf"_s << u"user_data"_s << u"application/pdf"_s;
    QTest::newRow("png") << u"a.png"_s << u"user_data"_s << u"image/png"_s;
    QTest::newRow("nothing known") << u"a.qqq"_s << u"user_data"_s << u"application/octet-stream"_s;
    QTest::newRow("no extension") << u"a"_s << u"user_data"_s << u"application/octet-stream"_s;
}

void EngineIntakeTest::purposeAndMimeType()
{
    QFETCH(QString, name);
    QTEST(defaultPurpose(name), "purpose");
    QTEST(defaultMimeType(name, defaultPurpose(name)), "mimeType");
    QCOMPARE(defaultMimeType(u"a.ts"_s, u"assistants"_s), u"application/typescript"_s);
    QCOMPARE(defaultMimeType(u"a.GO"_s, u"assistants"_s), u"text/x-golang"_s);
    QCOMPARE(knownPurposes().size(), 6);
}

void EngineIntakeTest::warnings_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("purpose");
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QStringList>("codes");
    QTest::newRow("batch at its limit")
        << u"a.jsonl"_s << u"batch"_s << qint64(200'000'000) << QStringList{};
    QTest::newRow("batch over its limit")
        << u"a.jsonl"_s << u"batch"_s << qint64(200'000'001) << QStringList{u"purpose-size"_s};
    QTest::newRow("fine-tune has no limit of its own")
        << u"a.jsonl"_s << u"fine-tune"_s << qint64(8'000'000'000) << QStringList{};
    QTest::newRow("fine-tune of something else")
        << u"a.csv"_s << u"fine-tune"_s << qint64(1) << QStringList{u"purpose-extension"_s};
    QTest::newRow("upper case") << u"a.PDF"_s << u"assistants"_s << qint64(1)
                                << QStringList{u"extension-case"_s};
    QTest::newRow("vision of both")
        << u"a.txt"_s << u"vision"_s << qint64(20'000'001)
        << QStringList{u"purpose-extension"_s, u"purpose-size"_s};
    QTest::newRow("unknown purpose")
        << u"a.txt"_s << u"other"_s << qint64(1'000'000'000) << QStringList{};
}

void EngineIntakeTest::warnings()
{
    QFETCH(QString, name);
    QFETCH(QString, purpose);
    QFETCH(qint64, bytes);
    QStringList codes;
    for (const PurposeWarning &warning : purposeWarnings(name, purpose, bytes))
        codes.append(warning.code);
    QTEST(codes, "codes");
}

void EngineIntakeTest::refusals()
{
    const QString good = write(u"good.txt"_s, "x");
    for (const QString &bad : {m_dir->filePath(u"missing"_s), m_dir->path(),
                               write(u"empty"_s, {}), u"/dev/null"_s}) {
        UploadRequest request;
        request.paths = {bad};
        IntakeResult result = examine(request, m_endpoint);
        QCOMPARE(result.error.kind, ErrorKind::File);
        QCOMPARE(result.blamedPath, bad);
        // One bad file spoils a combined upload, and is the one that is named.
        request.paths = {good, bad};
        request.combineName = u"all.txt"_s;
        result = examine(request, m_endpoint);
        QCOMPARE(result.error.kind, ErrorKind::File);
        QCOMPARE(result.blamedPath, bad);
    }
}

void EngineIntakeTest::sizeLimit()
{
    const QString path = write(u"large.bin"_s, "x");
    UploadRequest request;
    request.paths = {path};
    QFile file(path);
    QVERIFY(file.resize(m_endpoint.limits.uploadBytes));
    QVERIFY(!examine(request, m_endpoint).error.isError());
    QVERIFY(file.resize(m_endpoint.limits.uploadBytes + 1));
    QCOMPARE(examine(request, m_endpoint).error.kind, ErrorKind::File);
}

void EngineIntakeTest::newlineIsAddedWhereJsonlIsCombined()
{
    UploadRequest request;
    request.paths = {write(u"a.jsonl"_s, "{}"), write(u"b.jsonl"_s, "{}\n"),
                     write(u"c.jsonl"_s, "{}")};
    request.combineName = u"all.jsonl"_s;
    const IntakeResult result = examine(request, m_endpoint);
    QVERIFY(!result.error.isError());
    QCOMPARE(result.upload.spec.bytes(), 9);
    QCOMPARE(result.upload.spec.parts.size(), 3);
    QCOMPARE(result.warnings.size(), 2);
    QVERIFY(result.upload.spec.cutAtLines);
    QVERIFY(result.upload.spec.parts.last().newlineAdded);
    QVERIFY(!result.upload.spec.parts.at(1).newlineAdded);
}

void EngineIntakeTest::newlineIsAddedWhenCutAtLines()
{
    UploadRequest request;
    request.paths = {write(u"a.jsonl"_s, "{\"a\":1}\n{\"a\":2}")};
    request.cutAtLines = true;
    request.partSize = 8;
    const IntakeResult result = examine(request, m_endpoint);
    QVERIFY(!result.error.isError());
    QCOMPARE(result.upload.spec.bytes(), 16);
    QCOMPARE(result.upload.spec.parts.size(), 2);
    QCOMPARE(result.warnings.size(), 1);
    request.partSize = 7;
    const IntakeResult tooLong = examine(request, m_endpoint);
    QCOMPARE(tooLong.error.kind, ErrorKind::File);
    QVERIFY2(tooLong.error.message.contains(u"a.jsonl"_s), qPrintable(tooLong.error.message));
}

void EngineIntakeTest::plainFilesStayAsTheyAre()
{
    UploadRequest request;
    request.paths = {write(u"a.jsonl"_s, "{}")};
    const IntakeResult single = examine(request, m_endpoint);
    QCOMPARE(single.upload.spec.bytes(), 2);
    QVERIFY(single.warnings.isEmpty());
    request.paths = {write(u"a.txt"_s, "x"), write(u"b.txt"_s, "y")};
    request.combineName = u"all.txt"_s;
    QCOMPARE(examine(request, m_endpoint).upload.spec.bytes(), 2);
}

void EngineIntakeTest::canonicalPaths()
{
    const QString path = write(u"a.bin"_s, "x");
    const QString link = m_dir->filePath(u"link.bin"_s);
    QVERIFY(QFile::link(path, link));
    UploadRequest request;
    request.paths = {link};
    const IntakeResult byLink = examine(request, m_endpoint);
    QCOMPARE(byLink.upload.spec.sources.first().path, QFileInfo(path).canonicalFilePath());
    QCOMPARE(byLink.upload.spec.filename, u"link.bin"_s);
    request.paths = {path};
    QCOMPARE(byLink.upload.matchKey(), examine(request, m_endpoint).upload.matchKey());
}

QTEST_GUILESS_MAIN(EngineIntakeTest)
#include "tst_engineintake.moc"
