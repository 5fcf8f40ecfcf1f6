#include "queue/journalbacklog.h"

#include <algorithm>
#include <iterator>

namespace longshore {

namespace {

// Requests and planned parts that are kept, each of about 100 bytes: twice the parts that the
// largest upload may have.
constexpr qsizetype kMostKept = 200'000;

qsizetype sizeOf(const JournalRequest &request)
{
    const auto *add = std::get_if<AddRequest>(&request);
    return 1 + (add != nullptr ? add->upload.spec.parts.size() : 0);
}

/// Which upload it is about; empty: none in particular.
QString keyOf(const JournalRequest &request)
{
    if (const auto *add = std::get_if<AddRequest>(&request))
        return add->upload.spec.key;
    if (const auto *record = std::get_if<RecordRequest>(&request))
        return record->key;
    if (const auto *details = std::get_if<DetailsRequest>(&request))
        return details->key;
    if (const auto *remove = std::get_if<RemoveRequest>(&request))
        return remove->key;
    return {};
}

bool isPart(const JournalRequest &request)
{
    const auto *record = std::get_if<RecordRequest>(&request);
    return record != nullptr && std::holds_alternative<PartConfirmed>(record->change);
}

} // namespace

void JournalBacklog::keep(const JournalRequest &request)
{
    if (isReading(request) || std::holds_alternative<KeepRateRequest>(request))
        return;
    const auto forget = [this](const auto &isMeant) {
        std::erase_if(m_requests, [&](const JournalRequest &kept) {
            if (!isMeant(kept))
                return false;
            m_size -= sizeOf(kept);
            return true;
        });
    };
    const auto add = [this](const JournalRequest &kept) {
        m_size += sizeOf(kept);
        m_requests.push_back(kept);
    };
    // The last order holds.
    if (std::holds_alternative<PositionsRequest>(request)) {
        forget([](const JournalRequest &kept) {
            return std::holds_alternative<PositionsRequest>(kept);
        });
        add(request);
        return;
    }
    if (m_size + sizeOf(request) <= kMostKept) {
        add(request);
        return;
    }
    // A part is sent again. Of anything else the upload would be on record as it was not.
    if (isPart(request))
        return;
    forget([key = keyOf(request)](const JournalRequest &kept) { return keyOf(kept) == key; });
    add(RemoveRequest{keyOf(request)});
}

std::vector<JournalRequest> JournalBacklog::first(std::size_t atMost) const
{
    const auto count = std::min(atMost, m_requests.size());
    return {m_requests.begin(), std::next(m_requests.begin(), static_cast<std::ptrdiff_t>(count))};
}

void JournalBacklog::dropFirst(std::size_t count)
{
    for (; count > 0; --count) {
        m_size -= sizeOf(m_requests.front());
        m_requests.pop_front();
    }
}

} // namespace longshore
