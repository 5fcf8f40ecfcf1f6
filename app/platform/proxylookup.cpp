#include "platform/proxylookup.h"

#include <QHostAddress>
#include <QPromise>
#include <QRegularExpression>
#include <QThreadPool>

#include <algorithm>
#include <memory>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// curl's, for a proxy whose address names no port.
constexpr int kDefaultProxyPort = 1080;
constexpr int kLargestPort = 65535;
constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

struct Variable
{
    QString name;
    QString value;
};

/// The first of the variables that is set; an empty one counts as unset.
std::optional<Variable> firstSet(const QProcessEnvironment &environment,
                                 std::initializer_list<QLatin1StringView> names)
{
    for (const QLatin1StringView name : names) {
        const QString value = environment.value(name).trimmed();
        if (!value.isEmpty())
            return Variable{name, value};
    }
    return {};
}

struct HostAndPort
{
    QString host;
    int port = -1; ///< -1: none was named
    bool ok = false;
};

/// "host", "host:port", "[v6]:port" or a bare IPv6 address.
HostAndPort splitHost(const QString &text)
{
    HostAndPort split;
    QString port;
    split.host = text;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u']');
        if (end < 0)
            return split;
        split.host = text.mid(1, end - 1);
        port = text.mid(end + 1);
        if (!port.isEmpty() && !port.startsWith(u':'))
            return split;
        port = port.mid(1);
    } else if (text.count(u':') == 1) {
        split.host = text.section(u':', 0, 0);
        port = text.section(u':', 1);
    }
    split.ok = !split.host.isEmpty();
    if (!port.isEmpty()) {
        split.port = port.toInt(&split.ok);
        split.ok =
            split.ok && !split.host.isEmpty() && split.port > 0 && split.port <= kLargestPort;
    }
    return split;
}

QString withoutDots(QString host)
{
    if (host.startsWith("*."_L1))
        host.remove(0, 1);
    while (host.startsWith(u'.'))
        host.remove(0, 1);
    while (host.endsWith(u'.'))
        host.chop(1);
    return host.toLower();
}

/// Whether one entry of no_proxy covers the host.
bool covers(const QString &entry, const QString &host, int port)
{
    if (entry == "*"_L1)
        return true;
    const QHostAddress address(host);
    if (entry.contains(u'/')) {
        const auto subnet = QHostAddress::parseSubnet(entry);
        return !address.isNull() && subnet.second >= 0
            && subnet.first.protocol() == address.protocol() && address.isInSubnet(subnet);
    }
    const HostAndPort split = splitHost(entry);
    if (!split.ok || (split.port >= 0 && split.port != port))
        return false;
    if (!address.isNull())
        return QHostAddress(split.host) == address;
    const QString domain = withoutDots(split.host);
    return !domain.isEmpty() && (host == domain || host.endsWith(u'.' + domain));
}

bool isExempt(const QUrl &url, const QString &noProxy)
{
    static const QRegularExpression separators(u"[,\\s]+"_s);
    const QString host = withoutDots(url.host());
    const int port = url.port(url.scheme() == "https"_L1 ? kHttpsPort : kHttpPort);
    const QStringList entries = noProxy.split(separators, Qt::SkipEmptyParts);
    return std::any_of(entries.begin(), entries.end(),
                       [&host, port](const QString &entry) { return covers(entry, host, port); });
}

QString decoded(const QString &text)
{
    return QUrl::fromPercentEncoding(text.toUtf8());
}

ProxyChoice unusable(const QString &reason)
{
    return {QNetworkProxy::NoProxy, reason};
}

/// Reads SCHEME://USER:PASSWORD@HOST:PORT. Messages name the variable and never its value, which
/// may hold a password.
ProxyChoice readProxy(const Variable &variable)
{
    const qsizetype schemeEnd = variable.value.indexOf("://"_L1);
    const QString scheme = schemeEnd < 0 ? u"http"_s : variable.value.left(schemeEnd).toLower();
    QString rest = schemeEnd < 0 ? variable.value : variable.value.mid(schemeEnd + 3);

    QNetworkProxy proxy;
    if (scheme == "http"_L1) {
        proxy.setType(QNetworkProxy::HttpProxy);
    } else if (scheme == "socks5"_L1 || scheme == "socks5h"_L1) {
        proxy.setType(QNetworkProxy::Socks5Proxy);
        if (scheme == "socks5"_L1)
            proxy.setCapabilities(proxy.capabilities() & ~QNetworkProxy::HostNameLookupCapability);
    } else {
        return unusable(u"The proxy in %1 is of a kind that is not supported; http, socks5 and "
                        "socks5h are."_s.arg(variable.name));
    }

    // The last @: passwords often hold one that was not percent-encoded.
    const qsizetype at = rest.lastIndexOf(u'@');
    if (at >= 0) {
        const QString user = rest.left(at);
        proxy.setUser(decoded(user.section(u':', 0, 0)));
        proxy.setPassword(decoded(user.section(u':', 1)));
        rest = rest.mid(at + 1);
    }
    const HostAndPort split = splitHost(rest.section(u'/', 0, 0));
    if (!split.ok)
        return unusable(u"%1 does not hold the address of a proxy."_s.arg(variable.name));
    proxy.setHostName(split.host);
    proxy.setPort(static_cast<quint16>(split.port < 0 ? kDefaultProxyPort : split.port));
    return {proxy, {}};
}

/// The first that can carry our requests.
QNetworkProxy firstUsable(const QList<QNetworkProxy> &proxies)
{
    const auto usable =
        std::find_if(proxies.begin(), proxies.end(), [](const QNetworkProxy &proxy) {
            return proxy.type() == QNetworkProxy::NoProxy
                || proxy.type() == QNetworkProxy::HttpProxy
                || proxy.type() == QNetworkProxy::HttpCachingProxy
                || proxy.type() == QNetworkProxy::Socks5Proxy;
        });
    return usable == proxies.end() ? QNetworkProxy(QNetworkProxy::NoProxy) : *usable;
}

} // namespace

std::optional<ProxyChoice> proxyFromEnvironment(const QUrl &url,
                                                const QProcessEnvironment &environment)
{
    const auto exempt = firstSet(environment, {"no_proxy"_L1, "NO_PROXY"_L1});
    if (exempt && isExempt(url, exempt->value))
        return ProxyChoice();
    // Not HTTP_PROXY: in a CGI program it is a header that the client chose.
    auto variable = url.scheme() == "https"_L1
        ? firstSet(environment, {"https_proxy"_L1, "HTTPS_PROXY"_L1})
        : firstSet(environment, {"http_proxy"_L1});
    if (!variable)
        variable = firstSet(environment, {"all_proxy"_L1, "ALL_PROXY"_L1});
    if (!variable)
        return {};
    return readProxy(*variable);
}

ProxyLookup::ProxyLookup(const QUrl &url, QThreadPool &pool, QObject *parent)
    : ProxyLookup(url, pool, Sources(), parent)
{
}

ProxyLookup::ProxyLookup(const QUrl &url, QThreadPool &pool, const Sources &sources,
                         QObject *parent)
    : QObject(parent)
{
    if (const auto choice = proxyFromEnvironment(url, sources.environment)) {
        QMetaObject::invokeMethod(
            this, [this, choice] { answer(*choice); }, Qt::QueuedConnection);
        return;
    }
    askSystem(url, pool, sources);
}

ProxyLookup::~ProxyLookup() = default;

void ProxyLookup::answer(const ProxyChoice &choice)
{
    if (m_answered)
        return;
    m_answered = true;
    m_patience.stop();
    Q_EMIT found(choice.proxy, choice.problem);
}

void ProxyLookup::askSystem(const QUrl &url, QThreadPool &pool, const Sources &sources)
{
    connect(&m_system, &QFutureWatcherBase::finished, this, [this] {
        const QFuture<QNetworkProxy> future = m_system.future();
        answer({future.resultCount() > 0 ? future.result() : QNetworkProxy::NoProxy, {}});
    });
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] { answer({}); });
    m_patience.start(sources.patience);

    // The task may outlive this object, so it shares nothing but the promise with it.
    auto promise = std::make_shared<QPromise<QNetworkProxy>>();
    promise->start();
    m_system.setFuture(promise->future());
    pool.start([promise, url, system = sources.system] {
        promise->addResult(firstUsable(system(QNetworkProxyQuery(url))));
        promise->finish();
    });
}

} // namespace longshore
