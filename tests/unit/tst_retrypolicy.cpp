#include "transfer/retrypolicy.h"

#include <QTest>

using namespace longshore;
using namespace std::chrono_literals;

namespace {

ApiError withStatus(int status, ErrorKind kind = ErrorKind::Refused)
{
    ApiError error;
    error.kind = kind;
    error.status = status;
    return error;
}

ApiError broken(QNetworkReply::NetworkError networkError, ErrorKind kind = ErrorKind::Network)
{
    ApiError error;
    error.kind = kind;
    error.networkError = networkError;
    return error;
}

FailureFacts facts(CallKind call, const ApiError &error)
{
    FailureFacts result;
    result.call = call;
    result.error = error;
    result.answeredBefore = true;
    return result;
}

} // namespace

class RetryPolicyTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void byStatus_data();
    void byStatus();
    void byConnection_data();
    void byConnection();
    void goneAfterTheHour();
    void serviceOverrulesStatus();
    void badAnswersAreTriedThreeTimes();
    void cancelNeverLasts();
    void delays();
    void firstContact();
};

void RetryPolicyTest::byStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<FailureAction>("create");
    QTest::addColumn<FailureAction>("part");
    QTest::addColumn<FailureAction>("complete");
    using enum FailureAction;
    QTest::newRow("307") << 307 << Fail << Fail << Fail;
    QTest::newRow("400") << 400 << Fail << Fail << LookForFile;
    QTest::newRow("401") << 401 << Fail << Fail << Fail;
    QTest::newRow("403") << 403 << Fail << Fail << Fail;
    QTest::newRow("404") << 404 << Fail << Gone << LookForFile;
    QTest::newRow("408") << 408 << Retry << Retry << LookForFile;
    QTest::newRow("409") << 409 << Retry << Gone << LookForFile;
    QTest::newRow("410") << 410 << Fail << Gone << LookForFile;
    QTest::newRow("413") << 413 << Fail << Fail << Fail;
    QTest::newRow("422") << 422 << Fail << Fail << Fail;
    QTest::newRow("429") << 429 << Retry << Retry << Retry;
    QTest::newRow("500") << 500 << Retry << Retry << LookForFile;
    QTest::newRow("502") << 502 << Retry << Retry << LookForFile;
    QTest::newRow("503") << 503 << Retry << Retry << LookForFile;
}

void RetryPolicyTest::byStatus()
{
    QFETCH(int, status);
    const ErrorKind kind = status == 401 || status == 403 ? ErrorKind::Auth : ErrorKind::Refused;
    const ApiError error = withStatus(status, kind);
    QTEST(decide(facts(CallKind::Create, error), 0).action, "create");
    QTEST(decide(facts(CallKind::Part, error), 0).action, "part");
    QTEST(decide(facts(CallKind::Complete, error), 0).action, "complete");
    const bool isTroubled = status == 408 || status == 429 || status >= 500;
    QCOMPARE(decide(facts(CallKind::Cancel, error), 0).action,
             isTroubled ? FailureAction::Retry : FailureAction::Cancelled);
    FailureFacts cancelled = facts(CallKind::Part, error);
    cancelled.userCancelled = true;
    QCOMPARE(decide(cancelled, 0).action, FailureAction::Cancelled);
}

void RetryPolicyTest::byConnection_data()
{
    QTest::addColumn<ApiError>("error");
    QTest::addColumn<FailureAction>("part");
    QTest::addColumn<FailureAction>("complete");
    using enum FailureAction;
    QTest::newRow("refused") << broken(QNetworkReply::ConnectionRefusedError) << Retry << Retry;
    QTest::newRow("closed") << broken(QNetworkReply::RemoteHostClosedError) << Retry << LookForFile;
    QTest::newRow("timeout") << broken(QNetworkReply::TimeoutError) << Retry << LookForFile;
    QTest::newRow("unknown error")
        << broken(QNetworkReply::UnknownNetworkError) << Retry << LookForFile;
    QTest::newRow("host lost") << broken(QNetworkReply::HostNotFoundError) << Retry << Retry;
    QTest::newRow("tls") << broken(QNetworkReply::SslHandshakeFailedError, ErrorKind::Tls) << Fail
                         << Fail;
    QTest::newRow("proxy wants a password")
        << broken(QNetworkReply::ProxyAuthenticationRequiredError) << Fail << Fail;
    QTest::newRow("proxy is down")
        << broken(QNetworkReply::ProxyConnectionRefusedError) << Retry << Retry;
}

void RetryPolicyTest::byConnection()
{
    QFETCH(ApiError, error);
    QTEST(decide(facts(CallKind::Part, error), 0).action, "part");
    QTEST(decide(facts(CallKind::Complete, error), 0).action, "complete");
}

void RetryPolicyTest::goneAfterTheHour()
{
    FailureFacts late = facts(CallKind::Part, withStatus(400));
    late.expired = true;
    QCOMPARE(decide(late, 0).action, FailureAction::Gone);
    FailureFacts cancelledBefore = facts(CallKind::Part, withStatus(400));
    cancelledBefore.maybeCancelled = true;
    QCOMPARE(decide(cancelledBefore, 0).action, FailureAction::Gone);
}

void RetryPolicyTest::serviceOverrulesStatus()
{
    ApiError error = withStatus(409);
    error.shouldRetry = true;
    QCOMPARE(decide(facts(CallKind::Part, error), 0).action, FailureAction::Retry);
    error = withStatus(500);
    error.shouldRetry = false;
    QCOMPARE(decide(facts(CallKind::Part, error), 0).action, FailureAction::Fail);
    QCOMPARE(decide(facts(CallKind::Part, withStatus(429, ErrorKind::Quota)), 0).action,
             FailureAction::Fail);
}

void RetryPolicyTest::badAnswersAreTriedThreeTimes()
{
    FailureFacts bad = facts(CallKind::Part, withStatus(200, ErrorKind::BadAnswer));
    for (bad.badAnswers = 1; bad.badAnswers <= 2; ++bad.badAnswers)
        QCOMPARE(decide(bad, 0).action, FailureAction::Retry);
    QCOMPARE(decide(bad, 0).action, FailureAction::Fail);
    // Some storage services tell their errors with a 200.
    bad.error.kind = ErrorKind::Refused;
    bad.badAnswers = 2;
    QCOMPARE(decide(bad, 0).action, FailureAction::Retry);
    bad.error.kind = ErrorKind::Auth;
    QCOMPARE(decide(bad, 0).action, FailureAction::Fail);
    bad.error.kind = ErrorKind::BadAnswer;
    // To complete it may have worked: never a failure before the file was looked for.
    bad.call = CallKind::Complete;
    QCOMPARE(decide(bad, 0).action, FailureAction::LookForFile);
}

void RetryPolicyTest::cancelNeverLasts()
{
    FailureFacts lost = facts(CallKind::Cancel, broken(QNetworkReply::RemoteHostClosedError));
    QCOMPARE(decide(lost, 0).action, FailureAction::Retry);
    lost.attempt = 3;
    QCOMPARE(decide(lost, 0).action, FailureAction::Cancelled);
    FailureFacts busy = facts(CallKind::Cancel, withStatus(503));
    busy.attempt = 3;
    QCOMPARE(decide(busy, 0).action, FailureAction::Cancelled);
    busy.attempt = 1;
    busy.error.retryDelay = 8s;
    QCOMPARE(decide(busy, 0), (FailureVerdict{FailureAction::Retry, 8s}));
    busy.error.retryDelay = 9s;
    QCOMPARE(decide(busy, 0).action, FailureAction::Cancelled);
}

void RetryPolicyTest::delays()
{
    FailureFacts again = facts(CallKind::Part, withStatus(500));
    const QList<std::chrono::milliseconds> full{500ms, 1000ms, 2000ms, 4000ms, 8000ms, 8000ms};
    for (const auto expected : full) {
        QCOMPARE(decide(again, 0).delay, expected);
        QCOMPARE(decide(again, 0.8).delay, expected * 4 / 5);
        ++again.attempt;
    }
    again.attempt = 1'000'000;
    QCOMPARE(decide(again, 0).delay, 8000ms);
    again.error.retryDelay = 12345ms;
    QCOMPARE(decide(again, 0.9).delay, 12345ms);
}

void RetryPolicyTest::firstContact()
{
    FailureFacts first = facts(CallKind::Create, broken(QNetworkReply::HostNotFoundError));
    first.answeredBefore = false;
    QCOMPARE(decide(first, 0).action, FailureAction::Fail);
    first.answeredBefore = true;
    QCOMPARE(decide(first, 0).action, FailureAction::Retry);
    first = facts(CallKind::Create, broken(QNetworkReply::ConnectionRefusedError));
    first.answeredBefore = false;
    QCOMPARE(decide(first, 0).action, FailureAction::Retry);
}

QTEST_GUILESS_MAIN(RetryPolicyTest)
#include "tst_retrypolicy.moc"
