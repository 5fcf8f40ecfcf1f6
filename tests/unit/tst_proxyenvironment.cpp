#include "platform/proxylookup.h"

#include <QTest>

using namespace longshore;
using namespace Qt::StringLiterals;

using Variables = QList<std::pair<QString, QString>>;
Q_DECLARE_METATYPE(Variables)

namespace {

const QString kHttps = u"https://api.example.com/v1"_s;
const QString kHttp = u"http://api.example.com/v1"_s;

QProcessEnvironment environmentOf(const Variables &variables)
{
    QProcessEnvironment environment;
    for (const auto &[name, value] : variables)
        environment.insert(name, value);
    return environment;
}

/// "type user:password@host:port", "direct", "problem" or "unset".
QString described(const std::optional<ProxyChoice> &choice)
{
    if (!choice)
        return u"unset"_s;
    if (!choice->problem.isEmpty())
        return u"problem"_s;
    const QNetworkProxy &proxy = choice->proxy;
    if (proxy.type() == QNetworkProxy::NoProxy)
        return u"direct"_s;
    const QString type = proxy.type() == QNetworkProxy::Socks5Proxy ? u"socks5"_s : u"http"_s;
    const QString user =
        proxy.user().isEmpty() ? QString() : u"%1:%2@"_s.arg(proxy.user(), proxy.password());
    return u"%1 %2%3:%4"_s.arg(type, user, proxy.hostName()).arg(proxy.port());
}

} // namespace

/// What the variables of the environment say about a URL.
class ProxyEnvironmentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void environment_data();
    void environment();
    void noProxy_data();
    void noProxy();
    void problemNeverShowsThePassword();
    void socksResolvesWhereItSays();
};

void ProxyEnvironmentTest::environment_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<Variables>("variables");
    QTest::addColumn<QString>("expected");

    const auto row = [](const char *name, const QString &url, const Variables &variables,
                        const QString &expected) {
        QTest::newRow(name) << url << variables << expected;
    };
    const QString one = u"http://one:3128"_s;
    const QString two = u"http://two:3128"_s;
    row("nothing", kHttps, {}, u"unset"_s);
    row("https", kHttps, {{u"https_proxy"_s, one}}, u"http one:3128"_s);
    row("HTTPS", kHttps, {{u"HTTPS_PROXY"_s, one}}, u"http one:3128"_s);
    row("lower first", kHttps, {{u"HTTPS_PROXY"_s, two}, {u"https_proxy"_s, one}},
        u"http one:3128"_s);
    row("empty is unset", kHttps, {{u"https_proxy"_s, u" "_s}, {u"HTTPS_PROXY"_s, one}},
        u"http one:3128"_s);
    row("all", kHttps, {{u"all_proxy"_s, one}}, u"http one:3128"_s);
    row("ALL", kHttps, {{u"ALL_PROXY"_s, one}}, u"http one:3128"_s);
    row("https before all", kHttps, {{u"all_proxy"_s, two}, {u"https_proxy"_s, one}},
        u"http one:3128"_s);
    row("http not for https", kHttps, {{u"http_proxy"_s, one}}, u"unset"_s);
    row("https not for http", kHttp, {{u"https_proxy"_s, one}}, u"unset"_s);
    row("http", kHttp, {{u"http_proxy"_s, one}}, u"http one:3128"_s);
    row("HTTP never", kHttp, {{u"HTTP_PROXY"_s, one}}, u"unset"_s);
    row("all for http", kHttp, {{u"all_proxy"_s, one}}, u"http one:3128"_s);
    row("loopback too", u"http://127.0.0.1:8080/v1"_s, {{u"http_proxy"_s, one}},
        u"http one:3128"_s);

    const auto https = [&row](const char *name, const QString &value, const QString &expected) {
        row(name, kHttps, {{u"https_proxy"_s, value}}, expected);
    };
    https("no scheme", u"one:3128"_s, u"http one:3128"_s);
    https("no port", u"http://one"_s, u"http one:1080"_s);
    https("slash", u"http://one:3128/"_s, u"http one:3128"_s);
    https("path", u"http://one:3128/a/b"_s, u"http one:3128"_s);
    https("scheme case", u"HTTP://one:3128"_s, u"http one:3128"_s);
    https("v4", u"http://10.0.0.1:8080"_s, u"http 10.0.0.1:8080"_s);
    https("v6", u"http://[fd00::1]:8080"_s, u"http fd00::1:8080"_s);
    https("v6 no port", u"http://[fd00::1]"_s, u"http fd00::1:1080"_s);
    https("socks5", u"socks5://one:9050"_s, u"socks5 one:9050"_s);
    https("socks5h", u"socks5h://one"_s, u"socks5 one:1080"_s);
    https("user", u"http://u:p@one:1"_s, u"http u:p@one:1"_s);
    https("no password", u"http://u@one:1"_s, u"http u:@one:1"_s);
    https("encoded", u"http://u%40corp:p%3A%2F%25@one:1"_s, u"http u@corp:p:/%@one:1"_s);
    https("at in password", u"http://u:p@ss@one:1"_s, u"http u:p@ss@one:1"_s);
    https("colon in password", u"http://u:p:q@one:1"_s, u"http u:p:q@one:1"_s);
    https("slash in password", u"http://u:p/q@one:1"_s, u"http u:p/q@one:1"_s);
    https("https proxy", u"https://one:443"_s, u"problem"_s);
    https("socks4", u"socks4://one:1080"_s, u"problem"_s);
    https("nonsense", u"x-y://one"_s, u"problem"_s);
    https("no host", u"http://"_s, u"problem"_s);
    https("only a port", u"http://:3128"_s, u"problem"_s);
    https("port 0", u"http://one:0"_s, u"problem"_s);
    https("large port", u"http://one:65536"_s, u"problem"_s);
    https("words for a port", u"http://one:abc"_s, u"problem"_s);
    https("open bracket", u"http://[fd00::1:3128"_s, u"problem"_s);
}

void ProxyEnvironmentTest::environment()
{
    QFETCH(QString, url);
    QFETCH(Variables, variables);
    QTEST(described(proxyFromEnvironment(QUrl(url), environmentOf(variables))), "expected");
}

void ProxyEnvironmentTest::noProxy_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("noProxy");
    QTest::addColumn<bool>("direct");

    const auto row = [](const char *name, const QString &url, const QString &list, bool direct) {
        QTest::newRow(name) << url << list << direct;
    };
    row("star", kHttps, u"*"_s, true);
    row("star in a list", kHttps, u"a.example, *"_s, true);
    row("exact", kHttps, u"api.example.com"_s, true);
    row("case", kHttps, u"API.Example.COM"_s, true);
    row("suffix", kHttps, u"example.com"_s, true);
    row("leading dot", kHttps, u".example.com"_s, true);
    row("leading star", kHttps, u"*.example.com"_s, true);
    row("trailing dot", kHttps, u"example.com."_s, true);
    row("not at a dot", kHttps, u"ample.com"_s, false);
    row("longer", kHttps, u"x.api.example.com"_s, false);
    row("empty entries", kHttps, u", ,,"_s, false);
    row("dot only", kHttps, u"."_s, false);
    row("spaces", kHttps, u"a.example api.example.com b.example"_s, true);
    row("commas", kHttps, u"a.example,api.example.com"_s, true);
    row("port", kHttps, u"api.example.com:443"_s, true);
    row("other port", kHttps, u"api.example.com:8443"_s, false);
    row("named port", u"https://api.example.com:8443/v1"_s, u"example.com:8443"_s, true);
    row("v4", u"https://10.1.2.3/v1"_s, u"10.1.2.3"_s, true);
    row("v4 port", u"https://10.1.2.3:8443/v1"_s, u"10.1.2.3:8443"_s, true);
    row("v4 is no suffix", u"https://10.1.2.3/v1"_s, u"2.3"_s, false);
    row("cidr", u"https://10.1.2.3/v1"_s, u"10.0.0.0/8"_s, true);
    row("cidr other", u"https://11.1.2.3/v1"_s, u"10.0.0.0/8"_s, false);
    row("cidr odd", u"https://192.168.5.9/v1"_s, u"192.168.5.8/30"_s, true);
    row("cidr all", u"https://11.1.2.3/v1"_s, u"0.0.0.0/0"_s, true);
    row("cidr bad", u"https://10.1.2.3/v1"_s, u"10.0.0.0/99"_s, false);
    row("cidr for a name", kHttps, u"10.0.0.0/8"_s, false);
    row("v6", u"https://[fd00::5]/v1"_s, u"fd00::5"_s, true);
    row("v6 long", u"https://[fd00::5]/v1"_s, u"fd00:0:0::5"_s, true);
    row("v6 brackets", u"https://[fd00::5]/v1"_s, u"[fd00::5]:443"_s, true);
    row("v6 other port", u"https://[fd00::5]/v1"_s, u"[fd00::5]:80"_s, false);
    row("v6 cidr", u"https://[fd00::5]/v1"_s, u"fd00::/8"_s, true);
    row("v6 cidr for v4", u"https://10.1.2.3/v1"_s, u"::/0"_s, false);
    row("loopback", u"http://localhost:1/v1"_s, u"localhost"_s, true);
}

void ProxyEnvironmentTest::noProxy()
{
    QFETCH(QString, url);
    QFETCH(QString, noProxy);
    QFETCH(bool, direct);
    const QString expected = direct ? u"direct"_s : u"http one:3128"_s;
    for (const QString &name : {u"no_proxy"_s, u"NO_PROXY"_s}) {
        const Variables variables{{u"all_proxy"_s, u"http://one:3128"_s}, {name, noProxy}};
        QCOMPARE(described(proxyFromEnvironment(QUrl(url), environmentOf(variables))), expected);
    }
    // Said to be direct, it is direct whatever the system thinks.
    QCOMPARE(described(proxyFromEnvironment(QUrl(url), environmentOf({{u"no_proxy"_s, noProxy}}))),
             direct ? u"direct"_s : u"unset"_s);
}

void ProxyEnvironmentTest::problemNeverShowsThePassword()
{
    for (const QString &value : {u"https://u:secret@one:1"_s, u"http://u:secret@one:x"_s}) {
        const auto choice =
            proxyFromEnvironment(QUrl(kHttps), environmentOf({{u"https_proxy"_s, value}}));
        QVERIFY(choice && !choice->problem.isEmpty());
        QVERIFY(choice->problem.contains(u"https_proxy"_s));
        QVERIFY(!choice->problem.contains(u"secret"_s));
    }
}

void ProxyEnvironmentTest::socksResolvesWhereItSays()
{
    const auto capabilities = [](const QString &value) {
        return proxyFromEnvironment(QUrl(kHttps), environmentOf({{u"https_proxy"_s, value}}))
            ->proxy.capabilities();
    };
    QVERIFY(capabilities(u"socks5h://one"_s) & QNetworkProxy::HostNameLookupCapability);
    QVERIFY(!(capabilities(u"socks5://one"_s) & QNetworkProxy::HostNameLookupCapability));
    QVERIFY(capabilities(u"socks5://one"_s) & QNetworkProxy::TunnelingCapability);
}

QTEST_GUILESS_MAIN(ProxyEnvironmentTest)
#include "tst_proxyenvironment.moc"
