#include "simulatedline.h"

#include "api/apierror.h"
#include "transfer/partplan.h"

#include <QTest>

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

constexpr double kMegabit = 125'000; // bytes
constexpr auto kStep = 10ms;
constexpr double kStepSeconds = 0.01;
constexpr auto kTelling = 100ms;
constexpr double kBuffer = 8e6;
// What a connection sends before the first acknowledgement.
constexpr double kFirstWindow = 14'600;
// How long luck lasts.
constexpr double kLuckSeconds = 2;
constexpr qint64 kFileBytes = 2'000'000'000;

std::size_t stepsBy(std::chrono::milliseconds time)
{
    return static_cast<std::size_t>(time / kStep);
}

} // namespace

LineQuality usualLine(double megabits, std::chrono::milliseconds roundTrip)
{
    LineQuality quality;
    quality.rate = megabits * kMegabit;
    quality.flowRate = quality.rate / 5;
    quality.roundTrip = roundTrip;
    return quality;
}

void usualLines()
{
    QTest::addColumn<LineQuality>("quality");
    for (const int megabits : {25, 200, 1000}) {
        for (const auto roundTrip : {20ms, 80ms, 200ms}) {
            QTest::addRow("%d Mbit/s, %d ms", megabits, static_cast<int>(roundTrip.count()))
                << usualLine(megabits, roundTrip);
        }
    }
}

SimulatedLine::SimulatedLine(const LineQuality &lineQuality, int lanes, quint32 seed,
                             double expected)
    : quality(lineQuality)
    , m_random(seed)
    , m_lineRandom(seed)
    , m_pace(m_lanes)
    , m_flows(LinePace::kMostLanes)
{
    m_pace.setLanes(lanes);
    m_pace.expect(expected);
    PartPlanRequest request;
    SourceFile source;
    source.stamp.bytes = kFileBytes;
    request.sources = {source};
    request.line = m_pace.hints();
    const QList<PlannedPart> parts = planParts(request).parts;
    m_parts.assign(parts.begin(), parts.end());
}

void SimulatedLine::runTo(std::chrono::milliseconds time)
{
    while (m_now < time) {
        m_now += kStep;
        step();
        m_arrivals.push_back(m_arrived);
        m_allowed.push_back(m_lanes.lanes());
        if (observe)
            observe();
    }
}

void SimulatedLine::step()
{
    fill();
    send();
    tell();
}

void SimulatedLine::fill()
{
    while (const std::optional<int> lane = m_lanes.take()) {
        Flow &flow = m_flows[static_cast<std::size_t>(*lane)];
        flow.lane = *lane;
        flow.part = takePart();
        flow.left = static_cast<double>(flow.part);
        flow.untold = 0;
        flow.began = m_now;
        flow.begins = m_now + (flow.isOpen ? 1 : 2) * quality.roundTrip
            + quality.roundTrip * m_random.bounded(100) / 100;
        flow.tells = flow.begins + m_random.bounded(100) * 1ms;
        if (!flow.isOpen)
            flow.speed = kFirstWindow / std::chrono::duration<double>(quality.roundTrip).count();
        flow.isOpen = true;
        if (isRefused && isRefused(m_lanes.inUse())) {
            ApiError refusal;
            refusal.kind = ErrorKind::Refused;
            refusal.status = 429;
            free(flow);
            m_pace.failed(flow.part, refusal, false, m_now);
            return;
        }
    }
}

qint64 SimulatedLine::takePart()
{
    // Those at the end are smaller: a longer file than this one begins anew before them.
    if (m_next >= m_parts.size() * 3 / 4)
        m_next = 0;
    return m_parts[m_next++].bytes();
}

void SimulatedLine::send()
{
    // Luck comes and goes.
    const double fresh = kStepSeconds / kLuckSeconds;
    const double spread = quality.noise * std::sqrt(2 / fresh);
    const auto drift = [&](double &luck) {
        const double chance = 1 + spread * (2 * m_lineRandom.generateDouble() - 1);
        luck = std::clamp(luck + fresh * (chance - luck), 1 - 3 * quality.noise,
                          1 + 3 * quality.noise);
    };
    drift(m_luck);
    std::vector<Flow *> sending;
    int open = 0;
    for (Flow &flow : m_flows) {
        drift(flow.luck);
        flow.sent = 0;
        if (flow.lane < 0)
            continue;
        ++open;
        if (flow.begins <= m_now && flow.left > 0)
            sending.push_back(&flow);
    }
    const double harmed = 1 - quality.harm * std::max(0, open - quality.harmBeyond);
    double rate = quality.rate * m_luck * std::max(0.1, harmed);
    if (const qint64 limit = m_pace.rateLimit(); limit > 0)
        rate = std::min(rate, static_cast<double>(limit));
    double free = rate * kStepSeconds;
    const auto wants = [this](const Flow *flow) {
        return std::min({flow->speed, quality.flowRate * flow->luck, flow->left / kStepSeconds});
    };
    // The slowest first: what they leave is for the others.
    std::ranges::sort(sending, {}, wants);
    for (std::size_t index = 0; index < sending.size(); ++index) {
        Flow &flow = *sending[index];
        const double share = free / static_cast<double>(sending.size() - index);
        flow.sent = std::min(share, wants(&flow) * kStepSeconds);
        free -= flow.sent;
        m_arrived += flow.sent;
        const double trips = kStepSeconds * 1000 / static_cast<double>(quality.roundTrip.count());
        flow.speed = std::min(flow.speed * std::exp2(trips), quality.flowRate * 2);
    }
}

void SimulatedLine::tell()
{
    for (Flow &flow : m_flows) {
        if (flow.lane < 0 || flow.begins > m_now)
            continue;
        flow.left -= flow.sent;
        flow.untold += flow.sent;
        const bool hasEnded = flow.left < 1;
        const bool isTold =
            progress == Progress::Buffers ? flow.untold >= kBuffer : m_now >= flow.tells;
        if ((isTold || hasEnded) && flow.untold >= 1) {
            flow.tells = m_now + kTelling;
            m_pace.moved(std::llround(flow.untold), m_now);
            flow.untold = 0;
        }
        if (hasEnded)
            finish(flow);
    }
}

void SimulatedLine::finish(Flow &flow)
{
    free(flow);
    m_pace.confirmed(flow.part, flow.began, m_now);
}

void SimulatedLine::free(Flow &flow)
{
    m_lanes.giveBack(std::exchange(flow.lane, -1));
}

void SimulatedLine::breakParts(bool stalled)
{
    if (stalled) {
        m_now += 60s;
        m_arrivals.resize(stepsBy(m_now), m_arrived);
        m_allowed.resize(stepsBy(m_now), m_lanes.lanes());
    }
    ApiError error;
    error.kind = ErrorKind::Network;
    for (Flow &flow : m_flows) {
        if (flow.lane < 0)
            continue;
        free(flow);
        flow.isOpen = false;
        m_pace.failed(flow.part, error, stalled, m_now);
    }
}

double SimulatedLine::arrivedBy(std::chrono::milliseconds time) const
{
    const std::size_t steps = stepsBy(time);
    return steps == 0 ? 0 : m_arrivals.at(steps - 1);
}

double SimulatedLine::rate(std::chrono::milliseconds from, std::chrono::milliseconds to) const
{
    return (arrivedBy(to) - arrivedBy(from)) / std::chrono::duration<double>(to - from).count();
}

int SimulatedLine::changes(std::chrono::milliseconds from, std::chrono::milliseconds to) const
{
    int changes = 0;
    for (std::size_t step = stepsBy(from); step + 1 < stepsBy(to); ++step)
        changes += m_allowed.at(step + 1) != m_allowed.at(step);
    return changes;
}

int SimulatedLine::mostLanes(std::chrono::milliseconds from, std::chrono::milliseconds to) const
{
    return *std::max_element(m_allowed.begin() + static_cast<std::ptrdiff_t>(stepsBy(from)),
                             m_allowed.begin() + static_cast<std::ptrdiff_t>(stepsBy(to)));
}

} // namespace longshore
