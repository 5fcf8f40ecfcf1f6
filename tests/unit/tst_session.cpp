#include "platform/keychain.h"
#include "sandbox/sandbox.h"
#include "session/session.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;

/// Sessions without a keychain, against sandboxes.
class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void takesWhatWaitedForAConnection();
    void asksForAKey();
    void environmentKeyGoesToItsServiceOnly();
    void newKeyGoesOnWhereTheOldWasRefused();
    void uploadsComeBackWithTheirProfile();
    void forgetsAKey();
    void refusesPlainHttpToOthers();

private:
    void start(const SessionOptions &options = {});
    QString makeFile(const QString &name);
    Profile profileOfService() const;
    UploadState stateOf(const QString &name) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<sandbox::SandboxServer> m_service;
    std::unique_ptr<Keychain> m_keychain;
    std::unique_ptr<Session> m_session;
    QHash<QString, UploadSnapshot> m_uploads; ///< by name, of the connection of the moment
};

void TestSession::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
}

void TestSession::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_keychain = std::make_unique<Keychain>();
    sandbox::SandboxOptions options;
    options.dataDir = m_dir->filePath(u"service"_s);
    m_service = std::make_unique<sandbox::SandboxServer>(std::move(options));
    QString problem;
    QVERIFY2(m_service->start(&problem), qPrintable(problem));
}

void TestSession::cleanup()
{
    if (m_session) {
        QSignalSpy stopped(m_session.get(), &Session::stopped);
        m_session->stop();
        QVERIFY(stopped.size() == 1 || stopped.wait(20'000));
    }
    m_session.reset();
    m_service.reset();
    m_uploads.clear();
}

void TestSession::start(const SessionOptions &options)
{
    SessionOptions complete = options;
    complete.dataDir = m_dir->filePath(u"data"_s);
    m_session = std::make_unique<Session>(complete, *m_keychain);
    connect(m_session.get(), &Session::connected, this, [this] { m_uploads.clear(); });
    connect(m_session.get(), &Session::changed, this, [this](const QList<UploadSnapshot> &uploads) {
        for (const UploadSnapshot &upload : uploads)
            m_uploads.insert(upload.filename, upload);
    });
}

QString TestSession::makeFile(const QString &name)
{
    QFile file(m_dir->filePath(name));
    const bool written = file.open(QIODevice::WriteOnly) && file.write(QByteArray(5000, 'x')) > 0;
    return written ? file.fileName() : QString();
}

Profile TestSession::profileOfService() const
{
    Profile profile;
    profile.kind = ServiceKind::Compatible;
    profile.url = QUrl(m_service->baseUrl());
    return profile;
}

UploadState TestSession::stateOf(const QString &name) const
{
    return m_uploads.value(name).state;
}

void TestSession::takesWhatWaitedForAConnection()
{
    start();
    QSignalSpy queued(m_session.get(), &Session::queued);
    UploadRequest request;
    request.paths = {makeFile(u"a.bin"_s)};
    const quint64 number = m_session->add(request);
    QVERIFY(m_session->engine() == nullptr);
    Profile profile;
    profile.kind = ServiceKind::Sandbox;
    m_session->connectTo(profile);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"a.bin"_s), UploadState::Completed, 20'000);
    QCOMPARE(queued.at(0).at(0).toULongLong(), number);
    QCOMPARE(m_session->keyPlace(), KeyPlace::Sandbox);
    const QString fileId = m_uploads.value(u"a.bin"_s).fileId;
    QVERIFY(QFile::exists(QDir(m_session->sandboxFilesDir()).filePath(fileId)));
}

void TestSession::asksForAKey()
{
    start();
    QSignalSpy needed(m_session.get(), &Session::connectionNeeded);
    m_session->connectTo(Profile());
    QVERIFY(needed.wait(20'000));
    QVERIFY(m_session->engine() == nullptr);
}

void TestSession::environmentKeyGoesToItsServiceOnly()
{
    SessionOptions options;
    options.environmentKey = m_service->apiKey();
    options.environmentAccount = u"openai"_s;
    start(options);
    QSignalSpy needed(m_session.get(), &Session::connectionNeeded);
    m_session->connectTo(profileOfService());
    QVERIFY(needed.wait(20'000));
    std::optional<QByteArray> found;
    m_session->findKey(profileOfService(), this, [&](const QByteArray &key) { found = key; });
    QTRY_VERIFY_WITH_TIMEOUT(found, 20'000);
    QCOMPARE(*found, QByteArray());

    cleanup();
    init();
    options.environmentKey = m_service->apiKey();
    options.environmentAccount = profileOfService().keyAccount();
    start(options);
    QSignalSpy connected(m_session.get(), &Session::connected);
    m_session->connectTo(profileOfService());
    QVERIFY(connected.wait(20'000));
    QCOMPARE(m_session->keyPlace(), KeyPlace::Environment);
}

void TestSession::newKeyGoesOnWhereTheOldWasRefused()
{
    start();
    m_session->connectTo(profileOfService(), QByteArrayLiteral("sk-wrong"));
    UploadRequest request;
    request.paths = {makeFile(u"a.bin"_s)};
    m_session->add(request);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"a.bin"_s), UploadState::Failed, 20'000);
    QCOMPARE(m_uploads.value(u"a.bin"_s).error.kind, ErrorKind::Auth);
    m_session->connectTo(profileOfService(), m_service->apiKey());
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"a.bin"_s), UploadState::Completed, 20'000);
    // Without a keychain: in memory, and said so.
    QCOMPARE(m_session->keyPlace(), KeyPlace::ThisRun);
    QTRY_VERIFY_WITH_TIMEOUT(!m_session->keyNote().isEmpty(), 20'000);
}

void TestSession::uploadsComeBackWithTheirProfile()
{
    start();
    m_session->connectTo(profileOfService(), m_service->apiKey());
    QTRY_VERIFY_WITH_TIMEOUT(m_session->engine() != nullptr, 20'000);
    UploadRequest request;
    request.paths = {makeFile(u"a.bin"_s)};
    request.hold = true;
    m_session->add(request);
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"a.bin"_s), UploadState::Ready, 20'000);
    const QString uploadId = m_uploads.value(u"a.bin"_s).uploadId;

    Profile sandbox;
    sandbox.kind = ServiceKind::Sandbox;
    QSignalSpy connected(m_session.get(), &Session::connected);
    QSignalSpy restored(m_session.get(), &Session::restored);
    m_session->connectTo(sandbox);
    QVERIFY(connected.wait(20'000));
    QTRY_COMPARE_WITH_TIMEOUT(restored.size(), 1, 20'000);
    QVERIFY(m_uploads.isEmpty());

    m_session->connectTo(profileOfService());
    QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"a.bin"_s), UploadState::Ready, 20'000);
    QCOMPARE(m_uploads.value(u"a.bin"_s).uploadId, uploadId);
}

void TestSession::forgetsAKey()
{
    start();
    m_session->connectTo(profileOfService(), m_service->apiKey());
    QTRY_VERIFY_WITH_TIMEOUT(m_session->engine() != nullptr, 20'000);
    QSignalSpy needed(m_session.get(), &Session::connectionNeeded);
    m_session->forgetKey(profileOfService());
    m_session->connectTo(profileOfService());
    QVERIFY(needed.wait(20'000));
}

void TestSession::refusesPlainHttpToOthers()
{
    start();
    Profile profile;
    profile.kind = ServiceKind::Compatible;
    profile.url = QUrl(u"http://uploads.example.com/v1"_s);
    QSignalSpy needed(m_session.get(), &Session::connectionNeeded);
    m_session->connectTo(profile, QByteArrayLiteral("sk-x"));
    QCOMPARE(needed.size(), 1);
    QVERIFY(!needed.at(0).at(0).toString().isEmpty());
    QVERIFY(m_session->engine() == nullptr);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
