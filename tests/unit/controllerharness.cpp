#include "controllerharness.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>
#include <QTest>
#include <QThread>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

FakeAnswer fileList(const QString &id, qint64 createdAt, qint64 bytes)
{
    const QJsonObject file{{u"id"_s, id},
                           {u"object"_s, u"file"_s},
                           {u"filename"_s, u"data.bin"_s},
                           {u"bytes"_s, bytes},
                           {u"created_at"_s, createdAt}};
    return FakeAnswer::json(
        {{u"object"_s, u"list"_s}, {u"data"_s, QJsonArray{file}}, {u"has_more"_s, false}});
}

FakeAnswer dated(const FakeAnswer &answer, qint64 unixSeconds)
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(unixSeconds, Qt::UTC);
    const QString text = QLocale::c().toString(time, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    return answer.with("Date", text.toLatin1());
}

FakeAnswer overloaded()
{
    return FakeAnswer::refusal(503, u"server_is_overloaded"_s, u"Busy."_s);
}

FakeAnswer slowDown(const QByteArray &seconds)
{
    return FakeAnswer::refusal(429, u"slow_down"_s, u"Slow down."_s).with("Retry-After", seconds);
}

Endpoint ControllerHarness::endpoint()
{
    Endpoint endpoint = Endpoint::openAi("test-key");
    endpoint.baseUrl = QUrl(u"http://127.0.0.1:1/v1"_s);
    return endpoint;
}

ControllerHarness::ControllerHarness(int laneCount)
    : UploadHarness(
        endpoint(), service, [this](int) { return &service; }, laneCount)
{
}

void ControllerHarness::startUsual()
{
    make(makeSpec(1000, 100));
    controller->start();
}

qsizetype ControllerHarness::stir() const
{
    qsizetype sum =
        events.size() + recorder.changes.size() + service.requests().size() + service.bodyBytes();
    for (const auto &other : others())
        sum += other->events.size();
    return sum;
}

void ControllerHarness::settle()
{
    // Readers answer through posted events, and an event may start a reader: quiet twice is quiet.
    for (int quiet = 0; quiet < 3;) {
        if (hungThreads == 0)
            pool.waitForDone();
        while (pool.activeThreadCount() > hungThreads)
            QThread::yieldCurrentThread();
        const auto before = stir();
        for (int turn = 0; turn < 20; ++turn) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        quiet = before == stir() ? quiet + 1 : 0;
    }
}

void ControllerHarness::advance(std::chrono::milliseconds by)
{
    clock.advance(by);
    settle();
}

void ControllerHarness::advanceTo(std::chrono::milliseconds time)
{
    while (clock.monotonic() < time)
        advance(std::min(clock.nextDue().value_or(time), time) - clock.monotonic());
}

bool ControllerHarness::haveAllEnded() const
{
    return finished > 0 && std::all_of(others().begin(), others().end(), [](const auto &other) {
               return other->finished > 0;
           });
}

bool ControllerHarness::runToEnd()
{
    using namespace std::chrono_literals;
    settle();
    const auto limit = clock.monotonic() + 24h;
    while (!haveAllEnded() && clock.monotonic() < limit) {
        const auto due = clock.nextDue();
        if (!due)
            return false;
        advance(*due - clock.monotonic());
    }
    return finished == 1;
}

QByteArray ControllerHarness::completedContent() const
{
    QHash<QString, QByteArray> parts;
    for (const PartEvent &event : eventsOf<PartEvent>()) {
        if (event.state == PartState::Confirmed)
            parts.insert(event.partId, content().mid(event.offset, event.bytes));
    }
    const QList<FakeRequest> completes = service.requests(u"complete"_s);
    QByteArray completed;
    if (completes.isEmpty())
        return completed;
    const QJsonArray ids = completes.last().json().value(u"part_ids"_s).toArray();
    for (const QJsonValue &id : ids)
        completed += parts.value(id.toString());
    return completed;
}

} // namespace longshore
