#include "resources/resources.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <QXmlStreamReader>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

/// The only drawing with colours of its own.
const QString kApplicationIcon = u"longshore"_s;

} // namespace

/// What symbolIcon() relies on: it replaces the one colour that the drawings have.
class TestIcons final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initResources(); }

    void drawing_data()
    {
        QTest::addColumn<QString>("name");
        const QFileInfoList files = QDir(u":/icons"_s).entryInfoList({u"*.svg"_s});
        QVERIFY(!files.isEmpty());
        for (const QFileInfo &file : files)
            QTest::newRow(qPrintable(file.completeBaseName())) << file.completeBaseName();
    }

    void drawing()
    {
        QFETCH(QString, name);
        QFile file(u":/icons/%1.svg"_s.arg(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader reader(&file);
        QVERIFY(reader.readNextStartElement());
        QCOMPARE(reader.name(), "svg"_L1);
        const bool coloured = name == kApplicationIcon;
        QCOMPARE(reader.attributes().value("viewBox"_L1),
                 coloured ? "0 0 128 128"_L1 : "0 0 24 24"_L1);
        while (!reader.atEnd()) {
            if (reader.readNext() != QXmlStreamReader::StartElement || coloured)
                continue;
            for (const auto &attribute : {"fill"_L1, "stroke"_L1}) {
                const QString value = reader.attributes().value(attribute).toString();
                QVERIFY2(value.isEmpty() || value == "none"_L1 || value == "#000000"_L1,
                         qPrintable(value));
            }
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }

    void initialisedTwice()
    {
        initResources();
        QVERIFY(QFile::exists(u":/icons/retry.svg"_s));
        QVERIFY(QFile::exists(u":/icons/longshore.svg"_s));
    }
};

QTEST_APPLESS_MAIN(TestIcons)

#include "tst_icons.moc"
