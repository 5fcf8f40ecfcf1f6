#include "transfer/retrypolicy.h"

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// The official clients' delays: half a second, doubled up to eight, less up to a quarter at random.
constexpr auto kFirstDelay = 500ms;
constexpr auto kLongestDelay = 8000ms;
constexpr double kJitter = 0.25;
// An answer that can't be understood will hardly be better the fourth time.
constexpr int kBadAnswersTried = 3;
// A cancel that can't be delivered is given up: the upload expires by itself within its hour.
constexpr int kCancelsTried = 3;
// The user waits for it.
constexpr auto kLongestCancelDelay = 8s;

std::chrono::milliseconds delayFor(const FailureFacts &facts, double random)
{
    if (facts.error.retryDelay)
        return *facts.error.retryDelay;
    const int doublings = std::clamp(facts.attempt - 1, 0, 8);
    const auto full = std::min(kFirstDelay * (1 << doublings), kLongestDelay);
    return std::chrono::milliseconds(
        std::llround(static_cast<double>(full.count()) * (1.0 - kJitter * random)));
}

bool isTransientStatus(CallKind call, int status)
{
    // A 409 to create is a lock at the service; to a part it means that the upload is no longer
    // pending.
    return status == 408 || status == 429 || status >= 500
        || (status == 409 && call == CallKind::Create);
}

// The request can't have reached the service, so repeating it changes nothing there.
bool neverSent(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::SslHandshakeFailedError:
        return true;
    default:
        return false;
    }
}

bool isPermanentNetworkError(const FailureFacts &facts)
{
    if (facts.error.kind == ErrorKind::Tls)
        return true;
    switch (facts.error.networkError) {
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProxyNotFoundError:
        return !facts.answeredBefore;
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::ProtocolUnknownError:
        return true;
    default:
        return false;
    }
}

bool meansGone(const FailureFacts &facts)
{
    const int status = facts.error.status;
    if (status == 404 || status == 409 || status == 410)
        return true;
    return status == 400 && (facts.expired || facts.maybeCancelled);
}

FailureVerdict retry(const FailureFacts &facts, double random)
{
    return {FailureAction::Retry, delayFor(facts, random)};
}

FailureVerdict decideByStatus(const FailureFacts &facts, double random)
{
    const ApiError &error = facts.error;
    const bool permanent =
        error.kind == ErrorKind::Quota || error.kind == ErrorKind::Auth || error.status == 413;
    const bool transient =
        error.shouldRetry.value_or(isTransientStatus(facts.call, error.status) && !permanent);
    switch (facts.call) {
    case CallKind::Create:
    case CallKind::Files:
        return transient ? retry(facts, random) : FailureVerdict{FailureAction::Fail, 0ms};
    case CallKind::Part:
        if (transient)
            return retry(facts, random);
        return {meansGone(facts) ? FailureAction::Gone : FailureAction::Fail, 0ms};
    case CallKind::Complete:
        // 429 is refused at the door. Every other failure may have come after the work was done.
        if (error.status == 429)
            return transient ? retry(facts, random) : FailureVerdict{FailureAction::Fail, 0ms};
        if (transient || error.status == 400 || meansGone(facts))
            return {FailureAction::LookForFile, delayFor(facts, random)};
        return {FailureAction::Fail, 0ms};
    case CallKind::Cancel:
        // 400, 404, 409 and 410 say that it is over already.
        if (isTransientStatus(CallKind::Part, error.status) && facts.attempt < kCancelsTried
            && error.retryDelay.value_or(0ms) <= kLongestCancelDelay) {
            return retry(facts, random);
        }
        return {FailureAction::Cancelled, 0ms};
    }
    Q_UNREACHABLE();
}

} // namespace

bool isBadAnswer(const ApiError &error)
{
    return error.kind == ErrorKind::BadAnswer
        || (error.kind == ErrorKind::Refused && error.status >= 200 && error.status < 300);
}

FailureVerdict decide(const FailureFacts &facts, double random)
{
    const ApiError &error = facts.error;
    if (facts.userCancelled && facts.call != CallKind::Cancel && facts.call != CallKind::Complete)
        return {FailureAction::Cancelled, 0ms};

    if (facts.call == CallKind::Cancel && error.status == 0 && facts.attempt >= kCancelsTried)
        return {FailureAction::Cancelled, 0ms};

    if (isBadAnswer(error)) {
        if (facts.call == CallKind::Complete)
            return {FailureAction::LookForFile, delayFor(facts, random)};
        if (facts.call == CallKind::Cancel)
            return {FailureAction::Cancelled, 0ms};
        if (facts.badAnswers < kBadAnswersTried)
            return retry(facts, random);
        return {FailureAction::Fail, 0ms};
    }

    if (error.status >= 200)
        return decideByStatus(facts, random);

    // No answer.
    if (!facts.stalled && isPermanentNetworkError(facts)) {
        return {facts.call == CallKind::Cancel ? FailureAction::Cancelled : FailureAction::Fail,
                0ms};
    }
    if (facts.call == CallKind::Complete && !neverSent(error.networkError))
        return {FailureAction::LookForFile, delayFor(facts, random)};
    return retry(facts, random);
}

} // namespace longshore
