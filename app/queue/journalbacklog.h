#pragma once

#include "queue/journalrequest.h"

#include <cstddef>
#include <deque>
#include <vector>

namespace longshore {

/// Requests that could not be written, a full disk being the reason perhaps, in their order, until
/// they can be. Bounded: what is too much costs a part that is sent again, or an upload its resume,
/// and never leaves an upload on record as it was not.
class JournalBacklog
{
public:
    bool isEmpty() const { return m_requests.empty(); }
    /// Of one that only asks, or whose answer is of no use later, nothing is kept.
    void keep(const JournalRequest &request);

    /// The first so many, or all there are.
    std::vector<JournalRequest> first(std::size_t atMost) const;
    /// They are on record, or never will be.
    void dropFirst(std::size_t count);

private:
    std::deque<JournalRequest> m_requests;
    qsizetype m_size = 0; ///< of them, in requests and planned parts
};

} // namespace longshore
