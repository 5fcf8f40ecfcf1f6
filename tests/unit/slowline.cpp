#include "slowline.h"

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Fine enough that a part's time is right to a percent or two.
constexpr std::chrono::milliseconds kStep = 2s;

} // namespace

SlowLine::SlowLine(ControllerHarness &harness, qint64 bytesPerSecond, Share share)
    : answer([](const FakeRequest &request) { return standardAnswer(request); })
    , m_harness(harness)
    , m_rate(bytesPerSecond)
    , m_share(share)
{
    harness.service.setBodyLimit(
        [](const FakeRequest &request) { return qint64(request.call == "part"_L1 ? 0 : -1); });
    harness.service.setHandler([](const FakeRequest &request) {
        return request.call == "part"_L1 ? FakeAnswer::hold() : standardAnswer(request);
    });
}

QList<FakeRequest> SlowLine::partsUnderWay() const
{
    QList<FakeRequest> found;
    for (const FakeRequest &request : m_harness.service.requests()) {
        if (request.call == "part"_L1 && request.reply && !request.reply->isFinished())
            found.append(request);
    }
    return found;
}

void SlowLine::carry(qint64 bytes)
{
    const QList<FakeRequest> parts = partsUnderWay();
    if (parts.isEmpty())
        return;
    const qsizetype sharers = m_share == Share::Fair ? parts.size() : 1;
    for (qsizetype index = 0; index < sharers; ++index)
        parts[index].reply->readMore(bytes / sharers);
    m_harness.settle();
    for (const FakeRequest &part : partsUnderWay()) {
        if (part.body.size() == part.bodySize)
            part.reply->answer(answer(part));
    }
    m_harness.settle();
}

void SlowLine::runTo(std::chrono::milliseconds time)
{
    while (m_harness.clock.monotonic() < time && m_harness.finished == 0) {
        m_harness.advance(std::min(kStep, time - m_harness.clock.monotonic()));
        carry(m_rate * kStep.count() / 1000);
    }
}

} // namespace longshore
