#include "dialogtrial.h"

#include "resources/resources.h"

#include <QCommandLinkButton>
#include <QTest>
#include <QToolButton>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Profile azure()
{
    Profile profile;
    profile.kind = ServiceKind::Azure;
    profile.url = QUrl(u"https://name.openai.azure.com"_s);
    profile.apiVersion = u"2024-10-21"_s;
    return profile;
}

Profile sandbox()
{
    Profile profile;
    profile.kind = ServiceKind::Sandbox;
    return profile;
}

} // namespace

/// The connection dialog while it is being filled in.
class ConnectionDialogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initResources(); }
    void profilesComeBack_data();
    void profilesComeBack();
    void problemsAreShown();
    void otherKindsKeepTheirText();
    void keyIsHidden();
    void keyStorage_data();
    void keyStorage();
    void storedKeyIsKept();
    void storedKeyIsForgotten();
    void sandboxNeedsNothing();
    void firstStart();
    void reason();
    void anotherAccountIsAskedOnce();
    void everybodyCanUseIt_data();
    void everybodyCanUseIt();
};

void ConnectionDialogTest::profilesComeBack_data()
{
    QTest::addColumn<Profile>("profile");

    QTest::newRow("openai") << Profile();
    Profile profile;
    profile.organization = u"org-1"_s;
    profile.project = u"proj-1"_s;
    profile.caFile = u"/etc/ca.pem"_s;
    QTest::newRow("openai, all") << profile;
    profile.kind = ServiceKind::Compatible;
    profile.url = QUrl(u"https://uploads.example.com/a%20b/v1?x=1"_s);
    profile.keyHeader = KeyHeader::ApiKey;
    QTest::newRow("compatible") << profile;
    QTest::newRow("azure") << azure();
    QTest::newRow("sandbox") << sandbox();
}

void ConnectionDialogTest::profilesComeBack()
{
    QFETCH(Profile, profile);
    DialogTrial trial;
    trial.m_dialog.setProfile(profile, true);
    QCOMPARE(trial.m_dialog.profile(), profile);
    QVERIFY(trial.m_dialog.key().isEmpty());
    QVERIFY(trial.canAccept());
    QCOMPARE(trial.told(), QString());
}

void ConnectionDialogTest::problemsAreShown()
{
    DialogTrial trial;
    QVERIFY(!trial.canAccept());
    QVERIFY(!trial.testButton()->isEnabled());
    QCOMPARE(trial.told(), u"Enter the API key."_s);
    trial.key()->setText(u" sk-1\t"_s);
    QVERIFY(trial.canAccept());
    QCOMPARE(trial.told(), QString());
    QCOMPARE(trial.m_dialog.key(), "sk-1"_ba);
    trial.key()->setText(u"sk 1"_s);
    QVERIFY(trial.told().contains(u"space"_s));
    trial.key()->setText(u"sk-1"_s);

    trial.choose(u"Compatible server"_s);
    QVERIFY(!trial.canAccept());
    QVERIFY(trial.told().startsWith(u"Enter the base URL"_s));
    trial.line(u"Base URL"_s)->setText(u"http://uploads.example.com/v1"_s);
    QVERIFY(trial.told().contains(u"https://"_s));
    trial.line(u"Base URL"_s)->setText(u" https://uploads.example.com/v1 "_s);
    QVERIFY(trial.canAccept());

    trial.choose(u"Azure OpenAI"_s);
    QVERIFY(trial.told().startsWith(u"Enter the endpoint"_s));
    trial.line(u"Endpoint"_s)->setText(u"https://name.openai.azure.com"_s);
    QVERIFY(trial.canAccept());
    QCOMPARE(trial.m_dialog.profile(), azure());
    trial.line(u"API version"_s)->clear();
    QVERIFY(trial.told().startsWith(u"Enter the API version"_s));
}

void ConnectionDialogTest::otherKindsKeepTheirText()
{
    DialogTrial trial;
    trial.m_dialog.setProfile(azure(), true);
    trial.choose(u"Compatible server"_s);
    QVERIFY(trial.m_dialog.profile().url.isEmpty());
    trial.choose(u"Azure OpenAI"_s);
    QCOMPARE(trial.m_dialog.profile(), azure());
    QVERIFY(trial.canAccept()); // its key is still known to be stored
}

void ConnectionDialogTest::keyIsHidden()
{
    DialogTrial trial;
    QCOMPARE(trial.key()->echoMode(), QLineEdit::Password);
    auto *show = named<QToolButton>(trial.m_dialog, u"Show the API key"_s);
    show->click();
    QCOMPARE(trial.key()->echoMode(), QLineEdit::Normal);
    trial.key()->setText(u"sk-1"_s);
    trial.m_dialog.setProfile({}, true);
    QCOMPARE(trial.key()->echoMode(), QLineEdit::Password);
    QVERIFY(trial.key()->text().isEmpty());
}

void ConnectionDialogTest::keyStorage_data()
{
    QTest::addColumn<KeyStorage>("storage");
    QTest::addColumn<bool>("stored");
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("canForget");

    QTest::newRow("keychain") << KeyStorage::Keychain << false << u"never into a file"_s << false;
    QTest::newRow("in the keychain")
        << KeyStorage::Keychain << true << u"A key is stored in the system's keychain"_s << true;
    QTest::newRow("this run") << KeyStorage::ThisRunOnly << false << u"is not stored"_s << false;
    QTest::newRow("for this run") << KeyStorage::ThisRunOnly << true << u"It is not stored"_s
                                  << true;
    QTest::newRow("environment") << KeyStorage::FromEnvironment << true << u"OPENAI_API_KEY"_s
                                 << false;
}

void ConnectionDialogTest::keyStorage()
{
    QFETCH(KeyStorage, storage);
    QFETCH(bool, stored);
    QFETCH(QString, words);
    DialogTrial trial;
    trial.m_dialog.setProfile({}, stored);
    trial.m_dialog.setKeyStorage(storage, u"More about it."_s);
    const QString told = trial.key()->accessibleDescription();
    QVERIFY2(told.contains(words), qPrintable(told));
    QVERIFY2(told.endsWith(u" More about it."_s), qPrintable(told));
    QTEST(trial.button(u"Forget the stored key"_s)->isVisibleTo(&trial.m_dialog), "canForget");
    trial.choose(u"Compatible server"_s);
    trial.line(u"Base URL"_s)->setText(u"https://uploads.example.com/v1"_s);
    QVERIFY(!trial.key()->accessibleDescription().contains(u"OPENAI_API_KEY"_s));
}

void ConnectionDialogTest::storedKeyIsKept()
{
    DialogTrial trial;
    trial.m_dialog.setProfile({}, true);
    QVERIFY(trial.canAccept());
    QVERIFY(trial.m_dialog.key().isEmpty());
    QVERIFY(!trial.m_dialog.forgetKey());
    // That of another service is not known.
    trial.choose(u"Compatible server"_s);
    trial.line(u"Base URL"_s)->setText(u"https://uploads.example.com/v1"_s);
    QCOMPARE(trial.told(), u"Enter the API key."_s);
}

void ConnectionDialogTest::storedKeyIsForgotten()
{
    DialogTrial trial;
    trial.m_dialog.setProfile({}, true);
    QPushButton *forget = trial.button(u"Forget the stored key"_s);
    forget->click();
    QVERIFY(trial.m_dialog.forgetKey());
    QVERIFY(trial.canAccept());
    QVERIFY(!trial.testButton()->isEnabled());
    QVERIFY(trial.key()->accessibleDescription().contains(u"will be forgotten"_s));
    // A new key takes its place.
    trial.key()->setText(u"sk-2"_s);
    QVERIFY(!trial.m_dialog.forgetKey());
    trial.key()->clear();
    QVERIFY(trial.m_dialog.forgetKey());
    forget->click();
    QVERIFY(!trial.m_dialog.forgetKey());
    forget->click();
    trial.choose(u"Sandbox, to try things out"_s);
    QVERIFY(!trial.m_dialog.forgetKey());
    trial.choose(u"OpenAI"_s);
    QVERIFY(!trial.m_dialog.forgetKey());
}

void ConnectionDialogTest::sandboxNeedsNothing()
{
    DialogTrial trial;
    trial.key()->setText(u"sk-1"_s);
    trial.choose(u"Sandbox, to try things out"_s);
    QVERIFY(trial.canAccept());
    QCOMPARE(trial.m_dialog.profile(), sandbox());
    QVERIFY(trial.m_dialog.key().isEmpty());
    QVERIFY(!trial.testButton()->isVisibleTo(&trial.m_dialog));
    QVERIFY(!trial.key()->isVisibleTo(&trial.m_dialog));
}

void ConnectionDialogTest::firstStart()
{
    DialogTrial trial;
    auto *sandboxChoice = named<QCommandLinkButton>(trial.m_dialog, u"Try the sandbox"_s);
    QVERIFY(!sandboxChoice->isVisibleTo(&trial.m_dialog));
    trial.m_dialog.setFirstStart(true);
    QVERIFY(sandboxChoice->isVisibleTo(&trial.m_dialog));
    QSignalSpy accepted(&trial.m_dialog, &QDialog::accepted);
    trial.m_dialog.open();
    sandboxChoice->click();
    QCOMPARE(accepted.size(), 1);
    QCOMPARE(trial.m_dialog.profile(), sandbox());
}

void ConnectionDialogTest::reason()
{
    DialogTrial trial;
    trial.m_dialog.setProfile({}, true);
    trial.m_dialog.setReason(u"The keychain is locked."_s);
    QCOMPARE(trial.told(), u"The keychain is locked."_s);
    QVERIFY(trial.canAccept());
    trial.line(u"Project"_s)->setText(u"p"_s);
    QCOMPARE(trial.told(), QString());
}

void ConnectionDialogTest::anotherAccountIsAskedOnce()
{
    DialogTrial trial;
    QStringList asked;
    trial.m_dialog.setStoredKeys([&asked](const Profile &of, QObject *, auto found) {
        asked.append(of.keyAccount());
        found("sk-stored"_ba);
    });
    trial.m_dialog.setProfile({}, false);
    trial.choose(u"Compatible server"_s);
    QLineEdit *address = trial.line(u"Base URL"_s);
    trial.m_dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&trial.m_dialog));
    address->setFocus();
    QTest::keyClicks(address, u"https://uploads.example.com/v1"_s);
    QVERIFY(asked.isEmpty()); // half an address names another service
    QVERIFY(!trial.canAccept());
    trial.key()->setFocus();
    QTRY_COMPARE(asked, QStringList{u"uploads.example.com"_s});
    QVERIFY(trial.canAccept());
    trial.choose(u"OpenAI"_s);
    QVERIFY(!trial.canAccept());
    trial.choose(u"Compatible server"_s);
    QVERIFY(trial.canAccept());
    QCOMPARE(asked.size(), 1);
}

void ConnectionDialogTest::everybodyCanUseIt_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<bool>("first");

    Profile compatible;
    compatible.kind = ServiceKind::Compatible;
    compatible.url = QUrl(u"https://uploads.example.com/v1"_s);
    QTest::newRow("first start") << Profile() << true;
    QTest::newRow("openai") << Profile() << false;
    QTest::newRow("azure") << azure() << false;
    QTest::newRow("compatible") << compatible << false;
    QTest::newRow("sandbox") << sandbox() << false;
}

void ConnectionDialogTest::everybodyCanUseIt()
{
    QFETCH(Profile, profile);
    QFETCH(bool, first);
    DialogTrial trial;
    trial.m_dialog.setFirstStart(first);
    trial.m_dialog.setProfile(profile, !first);
    trial.m_dialog.resize(480, 750);
    trial.m_dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&trial.m_dialog));
    QCOMPARE(accessProblems(trial.m_dialog), QString());
    QVERIFY(tabChain(trial.m_dialog).size() >= 3);
    QVERIFY(trial.m_dialog.minimumSizeHint().width() <= 480);
    // With the words of a result as well.
    trial.m_dialog.findChild<ResultStrip *>()->showResult(
        {false, u"Sentence."_s, u"Advice."_s, QString(300, u'x'), QUrl(u"https://a.example/v1"_s)});
    QTRY_COMPARE(accessProblems(trial.m_dialog), QString());
    QVERIFY(trial.m_dialog.minimumSizeHint().width() <= 480);
}

QTEST_MAIN(ConnectionDialogTest)
#include "tst_connectiondialog.moc"
