#include "sandbox/headerparameters.h"
#include "sandbox/multipartreader.h"
#include "sandbox/partbody.h"

#include <QTest>

#include <random>

using namespace longshore::sandbox;

namespace {

/// Writes down what the reader says.
class Recorder final : public MultipartReader::Handler
{
public:
    bool fieldBegan(const QByteArray &name) override
    {
        fields.emplace_back(name, QByteArray());
        return true;
    }

    bool fieldData(std::string_view data) override
    {
        fields.back().second.append(data.data(), static_cast<qsizetype>(data.size()));
        return fields.back().second.size() < stopAfter;
    }

    std::vector<std::pair<QByteArray, QByteArray>> fields;
    qsizetype stopAfter = std::numeric_limits<qsizetype>::max();
};

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

const QByteArray Data = QByteArrayLiteral("a\r\n-\r\r\n--\r\n--Bo\r\n--B\r\n\r--Bound\n--Bound");
const QByteArray Body =
    "--Bound\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n"
    + Data + "\r\n--Bound--\r\n";

} // namespace

class TestSandboxMultipart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAtEverySplit();
    void readsByteByByte();
    void readsAtRandomSplits();
    void readsForms_data();
    void readsForms();
    void refusesMalformed_data();
    void refusesMalformed();
    void isIncompleteWithoutLastBoundary();
    void stopsWhenTold();
    void readsTwoFields();
    void parsesParameters_data();
    void parsesParameters();
    void findsBoundary_data();
    void findsBoundary();
};

void TestSandboxMultipart::readsAtEverySplit()
{
    for (qsizetype first = 0; first <= Body.size(); ++first) {
        for (qsizetype second = first; second <= Body.size(); ++second) {
            Recorder recorder;
            MultipartReader reader("Bound", recorder);
            QVERIFY(reader.feed(view(Body.left(first))));
            QVERIFY(reader.feed(view(Body.mid(first, second - first))));
            QVERIFY(reader.feed(view(Body.mid(second))));
            QVERIFY(reader.isComplete());
            QCOMPARE(recorder.fields.size(), std::size_t(1));
            QCOMPARE(recorder.fields[0].first, QByteArray("data"));
            QCOMPARE(recorder.fields[0].second, Data);
        }
    }
}

void TestSandboxMultipart::readsByteByByte()
{
    Recorder recorder;
    MultipartReader reader("Bound", recorder);
    for (const char &byte : Body)
        QVERIFY(reader.feed({&byte, 1}));
    QVERIFY(reader.isComplete());
    QCOMPARE(recorder.fields.at(0).second, Data);
}

void TestSandboxMultipart::readsAtRandomSplits()
{
    std::mt19937 random(7);
    for (int run = 0; run < 200; ++run) {
        // Few different bytes, so that delimiters almost occur again and again.
        QByteArray data;
        for (int i = 0; i < 3000; ++i)
            data += "\r\n-B"[random() % 4];
        data.replace("\r\n--BB-B", "");
        const QByteArray body =
            "--BB-B\r\nContent-Disposition: form-data; name=data\r\n\r\n" + data + "\r\n--BB-B--";
        Recorder recorder;
        MultipartReader reader("BB-B", recorder);
        for (qsizetype at = 0; at < body.size();) {
            const qsizetype length = 1 + qsizetype(random() % 40);
            QVERIFY(reader.feed(view(body.mid(at, length))));
            at += length;
        }
        QVERIFY(reader.isComplete());
        QCOMPARE(recorder.fields.at(0).second, data);
    }
}

void TestSandboxMultipart::readsForms_data()
{
    QTest::addColumn<QByteArray>("body");
    const QByteArray head = "Content-Disposition: form-data; name=data\r\n\r\n";
    QTest::newRow("unquoted name") << QByteArray("--Bound\r\n" + head + "xyz\r\n--Bound--\r\n");
    QTest::newRow("nothing after") << QByteArray("--Bound\r\n" + head + "xyz\r\n--Bound--");
    QTest::newRow("epilogue") << QByteArray("--Bound\r\n" + head
                                            + "xyz\r\n--Bound--\r\nepilogue\r\n--Bound\r\n");
    QTest::newRow("preamble") << QByteArray("hello\r\n\r\n--Bound\r\n" + head
                                            + "xyz\r\n--Bound--\r\n");
    QTest::newRow("preamble of LF")
        << QByteArray("--Boun\nx--Bound\n--Bound\r\n" + head + "xyz\r\n--Bound--\r\n");
    QTest::newRow("CR LF first") << QByteArray("\r\n--Bound\r\n" + head + "xyz\r\n--Bound--\r\n");
    QTest::newRow("padding") << QByteArray("--Bound \t\r\n" + head + "xyz\r\n--Bound--  \r\n");
    QTest::newRow("header's case")
        << QByteArray("--Bound\r\ncontent-DISPOSITION:FORM-data;NAME=data"
                      "\r\n\r\nxyz\r\n--Bound--\r\n");
    QTest::newRow("headers in another order")
        << QByteArray("--Bound\r\nX: y\r\nContent-Type: a/b\r\nContent-Disposition: form-data; "
                      "filename=\"a\\\"; name=b\"; name=\"data\"\r\n\r\nxyz\r\n--Bound--\r\n");
    QTest::newRow("headers of LF") << QByteArray(
        "--Bound\nContent-Disposition: form-data; name=\"data\"\n\nxyz\r\n--Bound--\r\n");
}

void TestSandboxMultipart::readsForms()
{
    QFETCH(QByteArray, body);
    for (qsizetype split = 0; split <= body.size(); ++split) {
        Recorder recorder;
        MultipartReader reader("Bound", recorder);
        QVERIFY(reader.feed(view(body.left(split))));
        QVERIFY(reader.feed(view(body.mid(split))));
        QVERIFY(reader.isComplete());
        QCOMPARE(recorder.fields.size(), std::size_t(1));
        QCOMPARE(recorder.fields[0].first, QByteArray("data"));
        QCOMPARE(recorder.fields[0].second, QByteArray("xyz"));
    }
}

void TestSandboxMultipart::refusesMalformed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("longer boundary") << QByteArray("--Bound\r\nA: b\r\n\r\nx\r\n--Boundary\r\n");
    QTest::newRow("endless headers") << QByteArray("--Bound\r\n" + QByteArray(20'000, 'a'));
    QTest::newRow("many headers") << QByteArray("--Bound\r\n"
                                                + QByteArray("A: b\r\n").repeated(4000));
    QTest::newRow("endless padding") << QByteArray("--Bound" + QByteArray(20'000, ' '));
}

void TestSandboxMultipart::refusesMalformed()
{
    QFETCH(QByteArray, body);
    Recorder recorder;
    MultipartReader reader("Bound", recorder);
    QVERIFY(!reader.feed(view(body)));
    QVERIFY(!reader.isComplete());
    QVERIFY(reader.error());
    QVERIFY(!reader.feed("--Bound\r\n"));
}

void TestSandboxMultipart::isIncompleteWithoutLastBoundary()
{
    for (qsizetype length = 0; length < Body.size() - 2; ++length) {
        Recorder recorder;
        MultipartReader reader("Bound", recorder);
        QVERIFY(reader.feed(view(Body.left(length))));
        QVERIFY(!reader.isComplete());
    }
}

void TestSandboxMultipart::stopsWhenTold()
{
    Recorder recorder;
    recorder.stopAfter = 1;
    MultipartReader reader("Bound", recorder);
    QVERIFY(!reader.feed(view(Body)));
    QVERIFY(!reader.isComplete());
    QVERIFY(!reader.error());
}

void TestSandboxMultipart::readsTwoFields()
{
    const QByteArray body = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
                            "--B\r\nX: y\r\n\r\n\r\n--B--\r\n";
    for (qsizetype split = 0; split <= body.size(); ++split) {
        Recorder recorder;
        MultipartReader reader("B", recorder);
        QVERIFY(reader.feed(view(body.left(split))));
        QVERIFY(reader.feed(view(body.mid(split))));
        QVERIFY(reader.isComplete());
        QCOMPARE(recorder.fields.size(), std::size_t(2));
        QCOMPARE(recorder.fields[0].second, QByteArray("1"));
        QVERIFY(recorder.fields[1].first.isNull());
        QVERIFY(recorder.fields[1].second.isEmpty());
    }
}

void TestSandboxMultipart::parsesParameters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("x");
    QTest::newRow("plain") << QByteArray("A/b; x=1") << QByteArray("a/b") << QByteArray("1");
    QTest::newRow("quoted") << QByteArray("a;X=\"1 ;\\\"2\"") << QByteArray("a")
                            << QByteArray("1 ;\"2");
    QTest::newRow("blanks") << QByteArray(" a \t; x = \"1\" ; y=2") << QByteArray("a")
                            << QByteArray("1");
    QTest::newRow("second") << QByteArray("a; y; z=\"x=3\"; x=1") << QByteArray("a")
                            << QByteArray("1");
    QTest::newRow("none") << QByteArray("a; xx=1;;=x;") << QByteArray("a") << QByteArray();
    QTest::newRow("open quote") << QByteArray("a; x=\"1\\") << QByteArray("a") << QByteArray("1\\");
    QTest::newRow("empty") << QByteArray() << QByteArray() << QByteArray();
}

void TestSandboxMultipart::parsesParameters()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, x);
    const HeaderValue parsed = parseHeaderValue(view(text));
    QCOMPARE(parsed.value, value);
    QCOMPARE(parsed.parameter("x"), x);
}

void TestSandboxMultipart::findsBoundary_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("boundary");
    QTest::newRow("plain") << QByteArray("multipart/form-data; boundary=abc") << QByteArray("abc");
    QTest::newRow("quoted") << QByteArray("Multipart/Form-Data;charset=x;BOUNDARY=\"a:b\"")
                            << QByteArray("a:b");
    QTest::newRow("other type") << QByteArray("multipart/mixed; boundary=abc") << QByteArray();
    QTest::newRow("none") << QByteArray("multipart/form-data") << QByteArray();
    QTest::newRow("empty") << QByteArray("multipart/form-data; boundary=\"\"") << QByteArray();
    QTest::newRow("long") << QByteArray("multipart/form-data; boundary=" + QByteArray(201, 'a'))
                          << QByteArray();
}

void TestSandboxMultipart::findsBoundary()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, boundary);
    QCOMPARE(multipartBoundary(view(type)), boundary);
}

QTEST_GUILESS_MAIN(TestSandboxMultipart)
#include "tst_sandboxmultipart.moc"
