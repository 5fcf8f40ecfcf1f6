#include "platform/colorscheme.h"
#include "support/privatebus.h"

#include <QDBusContext>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using Preference = ColorScheme::Preference;

namespace {

const QString kService = u"org.freedesktop.portal.Desktop"_s;
const QString kPath = u"/org/freedesktop/portal/desktop"_s;

/// A portal of the first version: one method, whose answer is a variant in a variant.
class OldPortal : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    QVariant m_value;

public Q_SLOTS:
    QDBusVariant Read(const QString &group, const QString &key)
    {
        return QDBusVariant(QVariant::fromValue(setting(group, key)));
    }

Q_SIGNALS:
    void SettingChanged(const QString &group, const QString &key, const QDBusVariant &value);

protected:
    QDBusVariant setting(const QString &group, const QString &key)
    {
        if (group != "org.freedesktop.appearance"_L1 || key != "color-scheme"_L1
            || !m_value.isValid())
            sendErrorReply(u"org.freedesktop.portal.Error.NotFound"_s, u"no such setting"_s);
        return QDBusVariant(m_value.isValid() ? m_value : QVariant(0));
    }
};

class NewPortal : public OldPortal
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public Q_SLOTS:
    QDBusVariant ReadOne(const QString &group, const QString &key) { return setting(group, key); }
};

} // namespace

class TestColorScheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void hasNoPreferenceWithoutABus();
    void hasNoPreferenceWithoutAPortal();
    void readsTheSetting_data();
    void readsTheSetting();
    void followsTheSetting();
    void asksAPortalThatStartsLater();

private:
    bool serve(OldPortal &portal);

    std::unique_ptr<test::PrivateBus> m_bus;
};

void TestColorScheme::init()
{
    m_bus = std::make_unique<test::PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
}

bool TestColorScheme::serve(OldPortal &portal)
{
    QDBusConnection connection = m_bus->connection();
    return connection.registerObject(
               kPath, &portal, QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals)
        && connection.registerService(kService);
}

void TestColorScheme::hasNoPreferenceWithoutABus()
{
    const ColorScheme scheme(QDBusConnection(u"none"_s));
    QCOMPARE(scheme.preference(), Preference::NoPreference);
}

void TestColorScheme::hasNoPreferenceWithoutAPortal()
{
    OldPortal portal;
    portal.m_value = 1U;
    const ColorScheme scheme(m_bus->connection());
    QCOMPARE(scheme.preference(), Preference::NoPreference);
}

void TestColorScheme::readsTheSetting_data()
{
    QTest::addColumn<bool>("isOld");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<Preference>("preference");

    QTest::newRow("old, dark") << true << QVariant(1U) << Preference::Dark;
    QTest::newRow("new, dark") << false << QVariant(1U) << Preference::Dark;
    QTest::newRow("old, light") << true << QVariant(2U) << Preference::Light;
    QTest::newRow("new, light") << false << QVariant(2U) << Preference::Light;
    QTest::newRow("none") << false << QVariant(0U) << Preference::NoPreference;
    QTest::newRow("unknown") << false << QVariant(7U) << Preference::NoPreference;
    QTest::newRow("not a number") << false << QVariant(u"dark"_s) << Preference::NoPreference;
    QTest::newRow("not set") << false << QVariant() << Preference::NoPreference;
}

void TestColorScheme::readsTheSetting()
{
    QFETCH(const bool, isOld);
    QFETCH(const QVariant, value);
    QFETCH(const Preference, preference);

    OldPortal old;
    NewPortal newer;
    OldPortal &portal = isOld ? old : newer;
    portal.m_value = value;
    QVERIFY(serve(portal));
    const ColorScheme scheme(m_bus->connection());
    QSignalSpy changed(&scheme, &ColorScheme::changed);
    QCOMPARE(scheme.preference(), Preference::NoPreference);
    if (preference != Preference::NoPreference) {
        QVERIFY(changed.wait());
        QCOMPARE(changed.size(), 1);
    }
    QCOMPARE(scheme.preference(), preference);
}

void TestColorScheme::followsTheSetting()
{
    NewPortal portal;
    portal.m_value = 2U;
    QVERIFY(serve(portal));
    const ColorScheme scheme(m_bus->connection());
    QSignalSpy changed(&scheme, &ColorScheme::changed);
    QVERIFY(changed.wait());
    QCOMPARE(scheme.preference(), Preference::Light);

    const QString appearance = u"org.freedesktop.appearance"_s;
    const QString key = u"color-scheme"_s;
    Q_EMIT portal.SettingChanged(appearance, key, QDBusVariant(2U));
    Q_EMIT portal.SettingChanged(appearance, u"accent-color"_s, QDBusVariant(1U));
    Q_EMIT portal.SettingChanged(u"org.gnome.desktop.interface"_s, key, QDBusVariant(1U));
    Q_EMIT portal.SettingChanged(appearance, key, QDBusVariant(1U));
    QVERIFY(changed.wait());
    QCOMPARE(scheme.preference(), Preference::Dark);
    Q_EMIT portal.SettingChanged(appearance, key, QDBusVariant(0U));
    QVERIFY(changed.wait());
    QCOMPARE(scheme.preference(), Preference::NoPreference);
    QCOMPARE(changed.size(), 3);
}

void TestColorScheme::asksAPortalThatStartsLater()
{
    const ColorScheme scheme(m_bus->connection());
    QSignalSpy changed(&scheme, &ColorScheme::changed);
    NewPortal portal;
    portal.m_value = 1U;
    QVERIFY(serve(portal));
    QVERIFY(changed.wait());
    QCOMPARE(scheme.preference(), Preference::Dark);
}

QTEST_GUILESS_MAIN(TestColorScheme)
#include "tst_colorscheme.moc"
