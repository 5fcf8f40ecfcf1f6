#include "session/addressproposal.h"
#include "session/connectiondraft.h"
#include "session/profile.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

Profile azure(const QString &url, const QString &version = u"2024-10-21"_s)
{
    Profile profile;
    profile.kind = ServiceKind::Azure;
    profile.url = QUrl(url, QUrl::StrictMode);
    profile.apiVersion = version;
    return profile;
}

Profile compatible(const QString &url)
{
    Profile profile;
    profile.kind = ServiceKind::Compatible;
    profile.url = QUrl(url, QUrl::StrictMode);
    return profile;
}

Profile sandbox()
{
    Profile profile;
    profile.kind = ServiceKind::Sandbox;
    return profile;
}

} // namespace

/// A profile, what is entered beside it, and what it says about itself.
class ProfileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data();
    void names();
    void problems_data();
    void problems();
    void endpoints();
    void azureGetsNoOrganization();
    void drafts_data();
    void drafts();
    void forgettingIsAccepted();
    void afterRedirect_data();
    void afterRedirect();
    void afterNotFound_data();
    void afterNotFound();
};

void ProfileTest::names_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<QString>("account");
    QTest::addColumn<QString>("shown");

    QTest::newRow("openai") << Profile() << u"openai"_s << u"OpenAI"_s;
    Profile organization;
    organization.organization = u"org-1"_s;
    QTest::newRow("organization") << organization << u"openai"_s << u"OpenAI"_s;
    QTest::newRow("openai as compatible")
        << compatible(u"https://api.openai.com/v1"_s) << u"openai"_s << u"api.openai.com"_s;
    QTest::newRow("azure") << azure(u"https://NAME.openai.azure.com/"_s)
                           << u"name.openai.azure.com"_s
                           << u"Azure OpenAI, name.openai.azure.com"_s;
    QTest::newRow("compatible") << compatible(u"https://uploads.example.com/v1"_s)
                                << u"uploads.example.com"_s << u"uploads.example.com"_s;
    QTest::newRow("another path") << compatible(u"https://uploads.example.com/other"_s)
                                  << u"uploads.example.com"_s << u"uploads.example.com"_s;
    QTest::newRow("its default port") << compatible(u"https://uploads.example.com:443/v1"_s)
                                      << u"uploads.example.com"_s << u"uploads.example.com"_s;
    QTest::newRow("a port") << compatible(u"https://uploads.example.com:8443/v1"_s)
                            << u"uploads.example.com:8443"_s << u"uploads.example.com:8443"_s;
    QTest::newRow("plain http") << compatible(u"http://localhost/v1"_s) << u"localhost:80"_s
                                << u"localhost:80"_s;
    QTest::newRow("IPv6") << compatible(u"http://[::1]:8000/v1"_s) << u"[::1]:8000"_s
                          << u"[::1]:8000"_s;
    QTest::newRow("sandbox") << sandbox() << QString() << u"Sandbox"_s;
}

void ProfileTest::names()
{
    QFETCH(Profile, profile);
    QTEST(profile.keyAccount(), "account");
    QTEST(profile.displayName(), "shown");
}

void ProfileTest::problems_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<QString>("words"); // empty: none

    QTest::newRow("openai") << Profile() << QString();
    QTest::newRow("sandbox") << sandbox() << QString();
    QTest::newRow("azure") << azure(u"https://name.openai.azure.com"_s) << QString();
    QTest::newRow("azure with openai")
        << azure(u"https://name.openai.azure.com/openai/"_s) << QString();
    QTest::newRow("azure without endpoint") << azure({}) << u"Enter the endpoint"_s;
    QTest::newRow("azure without version")
        << azure(u"https://name.openai.azure.com"_s, {}) << u"Enter the API version"_s;
    QTest::newRow("azure with a call")
        << azure(u"https://name.openai.azure.com/openai/deployments/x/chat/completions"_s)
        << u"at “/openai”"_s;
    QTest::newRow("compatible") << compatible(u"https://uploads.example.com/v1"_s) << QString();
    QTest::newRow("compatible on loopback")
        << compatible(u"http://127.0.0.1:8000/v1"_s) << QString();
    QTest::newRow("no URL") << compatible({}) << u"Enter the base URL"_s;
    QTest::newRow("no scheme") << compatible(u"uploads.example.com/v1"_s) << u"https://"_s;
    QTest::newRow("host and port") << compatible(u"localhost:8000/v1"_s) << u"https://"_s;
    QTest::newRow("plain http") << compatible(u"http://uploads.example.com/v1"_s)
                                << u"plain http"_s;
    QTest::newRow("a password in it")
        << compatible(u"https://me:secret@uploads.example.com/v1"_s) << u"password"_s;
    Profile profile;
    profile.organization = u"o\nrg"_s;
    QTest::newRow("organization") << profile << u"organization"_s;
    profile = {};
    profile.caFile = u"ca.pem"_s;
    QTest::newRow("relative file") << profile << u"whole path"_s;
    profile.caFile = u"/etc/ca.pem"_s;
    QTest::newRow("absolute file") << profile << QString();
}

void ProfileTest::problems()
{
    QFETCH(Profile, profile);
    QFETCH(QString, words);
    const QString problem = profile.problem();
    QCOMPARE(problem.isEmpty(), words.isEmpty());
    QVERIFY2(problem.contains(words), qPrintable(problem));
    QVERIFY(!problem.contains(u"secret"_s));
}

void ProfileTest::endpoints()
{
    Profile profile;
    profile.organization = u"org-1"_s;
    profile.project = u"proj-1"_s;
    Endpoint endpoint = endpointOf(profile, "sk-1"_ba);
    QCOMPARE(endpoint.baseUrl, QUrl(u"https://api.openai.com/v1"_s));
    QCOMPARE(endpoint.key, "sk-1"_ba);
    QCOMPARE(endpoint.keyHeader, KeyHeader::Bearer);
    QCOMPARE(endpoint.organization, u"org-1"_s);
    QCOMPARE(endpoint.project, u"proj-1"_s);

    profile = compatible(u"https://uploads.example.com/v1"_s);
    profile.keyHeader = KeyHeader::ApiKey;
    endpoint = endpointOf(profile, "sk-2"_ba);
    QCOMPARE(endpoint.baseUrl, profile.url);
    QCOMPARE(endpoint.keyHeader, KeyHeader::ApiKey);
}

void ProfileTest::azureGetsNoOrganization()
{
    Profile profile = azure(u"https://name.openai.azure.com"_s);
    profile.organization = u"org-1"_s;
    const Endpoint endpoint = endpointOf(profile, "k"_ba);
    QCOMPARE(endpoint.baseUrl, QUrl(u"https://name.openai.azure.com/openai"_s));
    QCOMPARE(endpoint.keyHeader, KeyHeader::ApiKey);
    QVERIFY(endpoint.organization.isEmpty());
    QCOMPARE(endpoint.extraQuery.value(0).second, u"2024-10-21"_s);
}

void ProfileTest::drafts_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("stored");
    QTest::addColumn<QString>("words");

    QTest::newRow("nothing") << Profile() << QByteArray() << false << u"Enter the API key"_s;
    QTest::newRow("stored") << Profile() << QByteArray() << true << QString();
    QTest::newRow("entered") << Profile() << "sk-1"_ba << false << QString();
    QTest::newRow("sandbox") << sandbox() << QByteArray() << false << QString();
    QTest::newRow("a space in it") << Profile() << "sk 1"_ba << true << u"space"_s;
    QTest::newRow("the address first") << compatible({}) << QByteArray() << false << u"base URL"_s;
}

void ProfileTest::drafts()
{
    QFETCH(Profile, profile);
    QFETCH(QByteArray, key);
    QFETCH(bool, stored);
    QFETCH(QString, words);
    const ConnectionDraft draft{profile, key, stored, false};
    QCOMPARE(draft.problem().isEmpty(), words.isEmpty());
    QVERIFY2(draft.problem().contains(words), qPrintable(draft.problem()));
    QCOMPARE(draft.acceptProblem(), draft.problem());
}

void ProfileTest::forgettingIsAccepted()
{
    ConnectionDraft draft{Profile(), {}, true, true};
    QVERIFY(!draft.problem().isEmpty());
    QCOMPARE(draft.acceptProblem(), QString());
    draft.profile = compatible({});
    QVERIFY(!draft.acceptProblem().isEmpty());
}

void ProfileTest::afterRedirect_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("proposal");

    const Profile ours = compatible(u"https://example.com/v1"_s);
    QTest::newRow("another host") << ours << u"https://www.example.com/v1/files?limit=1"_s
                                  << u"https://www.example.com/v1"_s;
    QTest::newRow("to https") << compatible(u"http://localhost:80/v1"_s)
                              << u"https://localhost/v1/files"_s << u"https://localhost/v1"_s;
    QTest::newRow("another path") << ours << u"https://example.com/api/v1/files/"_s
                                  << u"https://example.com/api/v1"_s;
    QTest::newRow("a login page") << ours << u"https://login.example.com/?back=x"_s << QString();
    QTest::newRow("to plain http") << ours << u"http://example.com/v1/files"_s << QString();
    QTest::newRow("itself") << ours << u"https://example.com/v1/files?limit=1&x=1"_s << QString();
    QTest::newRow("with a password")
        << ours << u"https://a:b@www.example.com/v1/files"_s << u"https://www.example.com/v1"_s;
    QTest::newRow("of OpenAI") << Profile() << u"https://example.com/v1/files"_s << QString();
    QTest::newRow("azure") << azure(u"https://a.example.com"_s)
                           << u"https://b.example.com/openai/files?api-version=1"_s
                           << u"https://b.example.com/openai"_s;
}

void ProfileTest::afterRedirect()
{
    QFETCH(Profile, profile);
    QFETCH(QString, target);
    QTEST(addressAfterRedirect(profile, QUrl(target)).toString(), "proposal");
}

void ProfileTest::afterNotFound_data()
{
    QTest::addColumn<Profile>("profile");
    QTest::addColumn<QString>("proposal");

    QTest::newRow("no path") << compatible(u"https://example.com"_s) << u"https://example.com/v1"_s;
    QTest::newRow("a slash") << compatible(u"https://example.com/"_s)
                             << u"https://example.com/v1"_s;
    QTest::newRow("a prefix") << compatible(u"https://example.com/openai"_s)
                              << u"https://example.com/openai/v1"_s;
    QTest::newRow("a call") << compatible(u"https://example.com/v1/uploads"_s)
                            << u"https://example.com/v1"_s;
    QTest::newRow("as it should be") << compatible(u"https://example.com/v1"_s) << QString();
    QTest::newRow("openai") << Profile() << QString();
    QTest::newRow("azure") << azure(u"https://a.example.com"_s) << QString();
}

void ProfileTest::afterNotFound()
{
    QFETCH(Profile, profile);
    QTEST(addressAfterNotFound(profile).toString(), "proposal");
}

QTEST_GUILESS_MAIN(ProfileTest)
#include "tst_profile.moc"
