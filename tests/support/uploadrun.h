#pragma once

#include "transfer/uploadcontroller.h"

#include <QList>

#include <memory>

namespace longshore {

/// One controller and all that it said.
class UploadRun
{
public:
    void make(const TransferContext &context, const UploadSpec &spec,
              const StoredProgress &stored = {});

    template <typename Event> QList<Event> eventsOf() const
    {
        QList<Event> found;
        for (const UploadEvent &event : events) {
            if (const auto *one = std::get_if<Event>(&event))
                found.append(*one);
        }
        return found;
    }
    int partEvents(PartState state) const;
    UploadState state() const { return controller->state(); }

    std::unique_ptr<UploadController> controller;
    QList<UploadEvent> events;
    int finished = 0;
};

} // namespace longshore
