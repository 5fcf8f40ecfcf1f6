#include "controllerharness.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QTest>

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

void ControllerHarness::settle()
{
    // Readers answer through posted events, and an event may start a reader: quiet twice is quiet.
    for (int quiet = 0; quiet < 3;) {
        pool.waitForDone();
        const auto before = events.size() + recorder.changes.size() + service.requests().size();
        for (int turn = 0; turn < 20; ++turn) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        const auto after = events.size() + recorder.changes.size() + service.requests().size();
        quiet = before == after ? quiet + 1 : 0;
    }
}

void ControllerHarness::advance(std::chrono::milliseconds by)
{
    clock.advance(by);
    settle();
}

bool ControllerHarness::runToEnd()
{
    using namespace std::chrono_literals;
    settle();
    const auto limit = clock.monotonic() + 24h;
    while (finished == 0 && clock.monotonic() < limit) {
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
