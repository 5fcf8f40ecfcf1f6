#include "queue/journalrequest.h"

namespace longshore {

bool isReading(const JournalRequest &request)
{
    return std::holds_alternative<FindRequest>(request)
        || std::holds_alternative<UnfinishedRequest>(request)
        || std::holds_alternative<EndedRequest>(request)
        || std::holds_alternative<RateRequest>(request);
}

} // namespace longshore
