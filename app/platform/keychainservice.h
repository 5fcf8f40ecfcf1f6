#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QString>

#include <chrono>
#include <functional>

namespace longshore {

/// The keychain of a Linux desktop as the session bus knows it: whether there is one, whether it
/// answers, whether it is locked. Asks no secret. It never waits, and each answer comes from the
/// event loop, unless this object is destroyed before.
class KeychainService final : public QObject
{
    Q_OBJECT

public:
    /// `patience`: how long the service may take to start and to answer.
    KeychainService(const QDBusConnection &bus, std::chrono::milliseconds patience,
                    QObject *parent = nullptr);

    /// Starts the service if it has to be. `told` gets a sentence that says why there is no
    /// keychain, or an empty string.
    void check(const std::function<void(const QString &problem)> &told);
    /// Whether the collection that holds our entries is locked, as far as it can be told; after
    /// check().
    void checkLocked(const std::function<void(bool locked)> &told);

private:
    using Told = std::function<void(const QString &problem)>;

    void choose(const QStringList &running, const Told &told);
    void probe(const QString &service, const Told &told);

    QDBusConnection m_bus;
    std::chrono::milliseconds m_patience;
    QString m_collection; ///< object path of the default collection; empty: not known
};

} // namespace longshore
