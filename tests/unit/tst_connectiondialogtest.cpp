#include "dialogtrial.h"

#include "resources/resources.h"
#include "support/wireserver.h"
#include "ui/connection/resulttext.h"
#include "ui/models/breakabletext.h"

#include <QApplication>
#include <QTcpSocket>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

/// The connection dialog while it tries the connection, and what it shows of it.
class ConnectionDialogTestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initResources(); }
    void testSucceeds();
    void testFails();
    void testIsStopped();
    void closingStopsTheTest();
    void changesForgetTheResult();
    void storedKeyIsTried();
    void storedKeyIsGone();
    void lateKeyOfAnEarlierTest();
    void proposedAddressIsTaken();
    void markupIsText();
    void longWords();
    void iconFollowsThePalette();
};

void ConnectionDialogTestTest::testSucceeds()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    trial.testButton()->click();
    QVERIFY(trial.told().startsWith(u"Testing the connection to 127.0.0.1"_s));
    QTRY_COMPARE(trial.told(), u"127.0.0.1 answered and accepted the key."_s);
    QVERIFY(trial.testButton()->isEnabled());
    QCOMPARE(headerLines(server.requests().value(0), "Authorization"_ba),
             QList{"Authorization: Bearer sk-1"_ba});
}

void ConnectionDialogTestTest::testFails()
{
    WireServer server(answerOf("401 Unauthorized"_ba, "x-request-id: req_7\r\n"_ba,
                               R"({"error":{"message":"No such key."}})"_ba));
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    trial.testButton()->click();
    QTRY_VERIFY(trial.told().startsWith(u"The service did not accept the key."_s));
    QVERIFY(trial.told().endsWith(u"\nNo such key. · HTTP 401 · request req_7"_s));
    QVERIFY(trial.canAccept()); // it is the user's decision
}

void ConnectionDialogTestTest::testIsStopped()
{
    WireServer server({});
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    QPushButton *button = trial.testButton();
    button->click();
    QTRY_COMPARE(server.requests().size(), 1);
    QCOMPARE(button->accessibleName(), u"Stop the test"_s);
    button->click();
    QCOMPARE(button->accessibleName(), u"Test the connection"_s);
    QCOMPARE(trial.told(), QString());
}

void ConnectionDialogTestTest::closingStopsTheTest()
{
    WireServer server({});
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    trial.m_dialog.open();
    trial.testButton()->click();
    QTRY_COMPARE(server.requests().size(), 1);
    auto *connection = server.findChild<QTcpSocket *>();
    QVERIFY(connection);
    QSignalSpy left(connection, &QTcpSocket::disconnected);
    trial.m_dialog.reject();
    QVERIFY(!left.isEmpty() || left.wait());
}

void ConnectionDialogTestTest::changesForgetTheResult()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    trial.testButton()->click();
    QTRY_VERIFY(trial.told().contains(u"accepted the key"_s));
    trial.key()->setText(u"sk-2"_s);
    QCOMPARE(trial.told(), QString());
    trial.testButton()->click();
    trial.line(u"Project"_s)->setText(u"p"_s); // ends the test
    QVERIFY(trial.testButton());
    QCOMPARE(trial.told(), QString());
}

void ConnectionDialogTestTest::storedKeyIsTried()
{
    WireServer server(WireServer::jsonAnswer(kEmptyList));
    DialogTrial trial;
    const Profile profile = profileFor(server.url(u"/v1"_s));
    QList<Profile> asked;
    trial.m_dialog.setStoredKeys([&asked](const Profile &of, QObject *, auto found) {
        asked.append(of);
        found("sk-stored"_ba);
    });
    trial.m_dialog.setProfile(profile, true);
    trial.testButton()->click();
    QTRY_VERIFY(trial.told().contains(u"accepted the key"_s));
    QCOMPARE(asked, QList{profile});
    QCOMPARE(headerLines(server.requests().value(0), "Authorization"_ba),
             QList{"Authorization: Bearer sk-stored"_ba});
    QVERIFY(trial.m_dialog.key().isEmpty());
}

void ConnectionDialogTestTest::storedKeyIsGone()
{
    DialogTrial trial;
    trial.m_dialog.setProfile({}, true);
    trial.m_dialog.setStoredKeys([](const Profile &, QObject *, auto found) { found({}); });
    trial.testButton()->click();
    QCOMPARE(trial.told(), u"The stored key could not be read. Enter it once more."_s);
}

void ConnectionDialogTestTest::lateKeyOfAnEarlierTest()
{
    DialogTrial trial;
    trial.m_dialog.setProfile({}, true);
    std::function<void(const QByteArray &)> answer;
    trial.m_dialog.setStoredKeys(
        [&answer](const Profile &, QObject *, auto found) { answer = found; });
    QPushButton *button = trial.testButton();
    button->click();
    button->click(); // stops
    answer({});
    QCOMPARE(trial.told(), QString());
    QCOMPARE(button->accessibleName(), u"Test the connection"_s);
}

void ConnectionDialogTestTest::proposedAddressIsTaken()
{
    WireServer server(answerOf("404 Not Found"_ba, {}, {}));
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url()), false);
    trial.key()->setText(u"sk-1"_s);
    trial.testButton()->click();
    const QString name = u"Use the address "_s + server.url(u"/v1"_s).toString();
    QTRY_VERIFY(trial.button(name));
    QVERIFY(trial.button(name)->isVisibleTo(&trial.m_dialog));
    QPushButton *use = trial.button(name);
    use->click();
    QCOMPARE(trial.m_dialog.profile().url, server.url(u"/v1"_s));
    QVERIFY(!use->isVisibleTo(&trial.m_dialog));
    QCOMPARE(server.requests().size(), 1); // nothing is sent there unasked
}

void ConnectionDialogTestTest::markupIsText()
{
    WireServer server(answerOf("500 Oh"_ba, {}, R"({"error":{"message":"<b>bold</b>"}})"_ba));
    DialogTrial trial;
    trial.m_dialog.setProfile(profileFor(server.url(u"/v1"_s)), false);
    trial.key()->setText(u"sk-1"_s);
    trial.testButton()->click();
    QTRY_VERIFY(trial.told().contains(u"<b>bold</b>"_s));
    const auto labels = trial.m_dialog.findChild<ResultStrip *>()->findChildren<QLabel *>();
    for (const QLabel *label : labels)
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
}

void ConnectionDialogTestTest::longWords()
{
    const QString plain = u"A sentence of short words and https://a.example/with/a/long/path."_s;
    QCOMPARE(breakable(plain), plain);
    const QString id = u"request "_s + QString(36, u'f');
    QCOMPARE(breakable(id), id);
    const QString masked = u"sk-proj-"_s + QString(150, u'*');
    QString broken = breakable(masked);
    QCOMPARE(broken.count(QChar(0x200b)), 3); // after each forty of 158
    QCOMPARE(broken.remove(QChar(0x200b)), masked);
    const QString faces = u"\U0001F600"_s.repeated(60);
    broken = breakable(u'x' + faces);
    QVERIFY(broken.isValidUtf16());
    QCOMPARE(broken.remove(QChar(0x200b)), u'x' + faces);
}

void ConnectionDialogTestTest::iconFollowsThePalette()
{
    const QPalette before = QApplication::palette();
    ResultStrip strip;
    strip.show();
    ConnectionResult result;
    result.ok = true;
    strip.showResult(result);
    const auto icon = [&strip] {
        const auto labels = strip.findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (!label->pixmap().isNull())
                return label->pixmap().toImage();
        }
        return QImage();
    };
    const QImage light = icon();
    QVERIFY(!light.isNull());
    QPalette dark = before;
    dark.setColor(QPalette::WindowText, QColor(before.color(QPalette::Window)));
    QApplication::setPalette(dark);
    QTRY_VERIFY(icon() != light);
    QApplication::setPalette(before);
    QTRY_VERIFY(icon() == light);
}

QTEST_MAIN(ConnectionDialogTestTest)
#include "tst_connectiondialogtest.moc"
