#pragma once

#include "session/connectiontest.h"

#include <QSignalSpy>
#include <QThreadPool>

/// An answer of a service that has no files.
inline const QByteArray kEmptyList = R"({"object":"list","data":[],"has_more":false})";

inline longshore::Profile profileFor(const QUrl &url)
{
    longshore::Profile profile;
    profile.kind = longshore::ServiceKind::Compatible;
    profile.url = url;
    return profile;
}

inline QByteArray answerOf(const QByteArray &status, const QByteArray &headers,
                           const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// Settings that know this one environment variable, whatever the machine has.
inline longshore::ConnectionTest::Settings withVariable(const QString &name, const QString &value)
{
    longshore::ConnectionTest::Settings settings;
    settings.proxies.environment = QProcessEnvironment();
    settings.proxies.environment.insert(name, value);
    return settings;
}

inline longshore::ConnectionTest::Settings withoutProxy()
{
    return withVariable(QStringLiteral("no_proxy"), QStringLiteral("*"));
}

/// What a test says; no words at all if it broke a promise of its interface.
inline longshore::ConnectionResult
tried(const longshore::Profile &profile, const QByteArray &key = "sk-test",
      const longshore::ConnectionTest::Settings &settings = withoutProxy())
{
    constexpr int answerTime = 30'000; // ms; never used up unless a test fails
    QThreadPool pool;
    longshore::ConnectionTest test(pool, settings);
    QSignalSpy finished(&test, &longshore::ConnectionTest::finished);
    test.start(profile, key);
    if (!test.isRunning() || !finished.isEmpty() || !finished.wait(answerTime) || test.isRunning())
        return {};
    return finished.constFirst().constFirst().value<longshore::ConnectionResult>();
}
