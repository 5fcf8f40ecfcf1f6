#include "session/preferences.h"
#include "session/profilestore.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Profile fullProfile()
{
    Profile profile;
    profile.kind = ServiceKind::Compatible;
    profile.url = QUrl(u"https://uploads.example.com:8443/a%20b/v1?x=1"_s);
    profile.apiVersion = u"2024-10-21"_s;
    profile.keyHeader = KeyHeader::ApiKey;
    profile.organization = u"org, \"quoted\"; ünï"_s;
    profile.project = u"@Invalid()"_s;
    profile.caFile = u"/etc/own certificates/ca.pem"_s;
    return profile;
}

Preferences otherPreferences()
{
    Preferences preferences;
    preferences.lanes = 7;
    preferences.rateLimit = 2'500'000;
    preferences.leavesShareFree = true;
    preferences.keepAwake = false;
    preferences.askBeforeAdding = false;
    preferences.holdByDefault = true;
    preferences.holdEnd = HoldEnd::CompleteBefore;
    preferences.closeAction = CloseAction::KeepInTray;
    preferences.notifications = false;
    return preferences;
}

} // namespace

/// What is kept in the settings file, and what comes back from a bad one.
class SettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void firstStart();
    void roundTrip_data();
    void roundTrip();
    void groupsKeepApart();
    void nothingStaysBehind();
    void noPasswordIsKept();
    void onlyTheOwnerReads();
    void values_data();
    void values();
    void garbage_data();
    void garbage();
    void noisePutsNothingIntoIt();
    void cannotBeWritten_data();
    void cannotBeWritten();

private:
    QString path() const { return m_folder->filePath(u"longshore.ini"_s); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void SettingsTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void SettingsTest::firstStart()
{
    QVERIFY(!ProfileStore(path()).load());
    QCOMPARE(loadPreferences(path()), Preferences());
    QVERIFY(!QFile::exists(path()));
}

void SettingsTest::roundTrip_data()
{
    QTest::addColumn<Profile>("profile");

    QTest::newRow("openai") << Profile();
    QTest::newRow("all set") << fullProfile();
    Profile profile;
    profile.kind = ServiceKind::Sandbox;
    QTest::newRow("sandbox") << profile;
    profile.kind = ServiceKind::Azure;
    profile.url = QUrl(u"https://name.openai.azure.com"_s);
    QTest::newRow("azure") << profile;
}

void SettingsTest::roundTrip()
{
    QFETCH(Profile, profile);
    QCOMPARE(ProfileStore(path()).save(profile), QString());
    // A copy is read anew: QSettings remembers what it wrote to a path.
    const QString copy = m_folder->filePath(u"copy.ini"_s);
    QVERIFY(QFile::copy(path(), copy));
    const std::optional<Profile> loaded = ProfileStore(copy).load();
    QVERIFY(loaded);
    QCOMPARE(*loaded, profile);
}

void SettingsTest::groupsKeepApart()
{
    QCOMPARE(ProfileStore(path()).save(fullProfile()), QString());
    QCOMPARE(savePreferences(path(), otherPreferences()), QString());
    QCOMPARE(ProfileStore(path()).save(Profile()), QString());
    const QString copy = m_folder->filePath(u"copy.ini"_s);
    QVERIFY(QFile::copy(path(), copy));
    QCOMPARE(loadPreferences(copy), otherPreferences());
    QCOMPARE(ProfileStore(copy).load(), std::optional(Profile()));
}

void SettingsTest::nothingStaysBehind()
{
    writeFile(path(), "[connection]\nservice=openai\nkey=sk-old\n[other]\na=1\n"_ba);
    QCOMPARE(ProfileStore(path()).save(Profile()), QString());
    const QByteArray content = contentOf(path());
    QVERIFY(!content.contains("sk-old"));
    QVERIFY(content.contains("a=1"));
}

void SettingsTest::noPasswordIsKept()
{
    Profile profile = fullProfile();
    profile.url.setUserInfo(u"me:secret"_s);
    QCOMPARE(ProfileStore(path()).save(profile), QString());
    QVERIFY(!contentOf(path()).contains("secret"));
    QVERIFY(!contentOf(path()).contains("me:"));
}

void SettingsTest::onlyTheOwnerReads()
{
    constexpr QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther
        | QFile::WriteOther | QFile::ExeOwner;
    QCOMPARE(savePreferences(path(), Preferences()), QString());
    QVERIFY(!(QFile::permissions(path()) & others));
    QVERIFY(QFile::setPermissions(path(), QFile::permissions(path()) | others));
    QCOMPARE(savePreferences(path(), otherPreferences()), QString());
    QVERIFY(!(QFile::permissions(path()) & others));
    QVERIFY(QFile::permissions(path()) & QFile::ReadOwner);
}

void SettingsTest::values_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<Preferences>("expected");

    const auto row = [](const char *line, auto change) {
        Preferences expected;
        change(expected);
        QTest::newRow(line) << QByteArray(line) << expected;
    };
    row("lanes=16", [](Preferences &p) { p.lanes = 16; });
    row("lanes=17", [](Preferences &p) { p.lanes = 16; });
    row("lanes=1", [](Preferences &p) { p.lanes = 1; });
    row("lanes=0", [](Preferences &p) { p.lanes = 0; });
    row("lanes=-99999999999", [](Preferences &p) { p.lanes = 0; });
    row("lanes=many", [](Preferences &) {});
    row("lanes=1, 2", [](Preferences &) {});
    row("rateLimit=1500", [](Preferences &p) { p.rateLimit = 1500; });
    row("rateLimit=1", [](Preferences &p) { p.rateLimit = Preferences::kSmallestRateLimit; });
    row("rateLimit=-1", [](Preferences &) {});
    row("rateLimit=9223372036854775807",
        [](Preferences &p) { p.rateLimit = Preferences::kLargestRateLimit; });
    row("rateLimit=92233720368547758070", [](Preferences &) {});
    row("leaveShareFree=true", [](Preferences &p) { p.leavesShareFree = true; });
    row("leaveShareFree=20", [](Preferences &) {});
    row("notifications=false", [](Preferences &p) { p.notifications = false; });
    row("notifications=perhaps", [](Preferences &) {});
    row("closeAction=quit", [](Preferences &p) { p.closeAction = CloseAction::Quit; });
    row("closeAction=explode", [](Preferences &) {});
    row("holdEnd=complete-before", [](Preferences &p) { p.holdEnd = HoldEnd::CompleteBefore; });
    row("holdEnd=@Variant(\\0\\0)", [](Preferences &) {});
}

void SettingsTest::values()
{
    QFETCH(QByteArray, line);
    QFETCH(Preferences, expected);
    writeFile(path(), "[preferences]\n"_ba + line + '\n');
    QCOMPARE(loadPreferences(path()), expected);
}

void SettingsTest::garbage_data()
{
    QTest::addColumn<QByteArray>("content");

    QTest::newRow("empty") << QByteArray();
    QTest::newRow("zeros") << QByteArray(5000, '\0');
    QTest::newRow("no group") << "service=openai\nlanes=3\n"_ba;
    QTest::newRow("unknown service") << "[connection]\nservice=carrier pigeon\n"_ba;
    QTest::newRow("torn") << "[connection]\nserv"_ba;
    QTest::newRow("no sign") << "[connection]\nservice\n[preferences]\nlanes\n"_ba;
    QTest::newRow("too large") << "[connection]\nservice=openai\n"_ba + QByteArray(1'000'000, '#');
}

void SettingsTest::garbage()
{
    QFETCH(QByteArray, content);
    writeFile(path(), content);
    QVERIFY(!ProfileStore(path()).load());
    QCOMPARE(loadPreferences(path()), Preferences());
    const QString problem = ProfileStore(path()).save(fullProfile());
    if (content.size() > 1'000'000) {
        QVERIFY(problem.contains(path()));
        return;
    }
    QCOMPARE(problem, QString());
    const QString copy = m_folder->filePath(u"copy.ini"_s);
    QVERIFY(QFile::copy(path(), copy));
    QCOMPARE(ProfileStore(copy).load(), std::optional(fullProfile()));
}

void SettingsTest::noisePutsNothingIntoIt()
{
    QRandomGenerator random(20);
    for (int round = 0; round < 200; ++round) {
        QByteArray content("[connection]\nservice=openai\n[preferences]\nlanes=3\n");
        for (int i = 0; i < 20; ++i) {
            const auto at = random.bounded(content.size());
            content[at] = static_cast<char>(random.bounded(256));
        }
        // Each in a file of its own: QSettings remembers the last one by its path.
        const QString file = m_folder->filePath(u"%1.ini"_s.arg(round));
        writeFile(file, content);
        const std::optional<Profile> profile = ProfileStore(file).load();
        QVERIFY(!profile || *profile == Profile());
        const int lanes = loadPreferences(file).lanes;
        QVERIFY(lanes >= 0 && lanes <= Preferences::kMostLanes);
    }
}

void SettingsTest::cannotBeWritten_data()
{
    QTest::addColumn<QString>("place");

    QTest::newRow("no folder") << u"missing/longshore.ini"_s;
    QTest::newRow("a folder") << u"."_s;
}

void SettingsTest::cannotBeWritten()
{
    QFETCH(QString, place);
    // A file in the place of the folder: QSettings would make a folder that is missing.
    writeFile(m_folder->filePath(u"missing"_s), "x"_ba);
    const QString file = m_folder->filePath(place);
    QVERIFY(ProfileStore(file).save(Profile()).contains(file));
    QVERIFY(savePreferences(file, Preferences()).contains(file));
    QVERIFY(!ProfileStore(file).load());
}

QTEST_GUILESS_MAIN(SettingsTest)
#include "tst_settings.moc"
