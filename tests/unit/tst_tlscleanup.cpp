#include <QTest>

#include <openssl/crypto.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace {

constexpr int kCleanedUp = 17; // and no sanitizer's code

void endLoudly()
{
    _exit(kCleanedUp);
}

} // namespace

/// OpenSSL's end of the process, which threads that still run would not survive.
class TlsCleanupTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doesNotRunAtExit()
    {
        QVERIFY(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr) == 1);
        const pid_t child = fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            OPENSSL_atexit(&endLoudly);
            std::exit(0);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QVERIFY(WEXITSTATUS(status) != kCleanedUp); // a sanitizer may find leaks in a fork
    }
};

QTEST_GUILESS_MAIN(TlsCleanupTest)
#include "tst_tlscleanup.moc"
