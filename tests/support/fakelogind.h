#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusUnixFileDescriptor>
#include <QList>
#include <QObject>
#include <QString>

namespace longshore::test {

/// A login manager that notes which locks there are. Serve it on a private bus.
class FakeLogind : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")

public:
    struct Lock
    {
        QString what;
        QString who;
        QString why;
        QString mode;
        bool held = true;
    };

    QList<Lock> m_locks; ///< all that were ever given
    bool m_refuses = false;

    bool serve(QDBusConnection bus);
    /// Locks of this kind that were not given back.
    int held(const QString &what) const;

public Q_SLOTS:
    QDBusUnixFileDescriptor Inhibit(const QString &what, const QString &who, const QString &why,
                                    const QString &mode);

Q_SIGNALS:
    void PrepareForSleep(bool begins);
    void PrepareForShutdown(bool begins);

private:
    void watch(int readEnd, qsizetype lock);
};

} // namespace longshore::test
