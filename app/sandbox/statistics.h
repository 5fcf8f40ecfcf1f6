#pragma once

#include <QByteArray>

namespace longshore::sandbox {

/// What a sandbox has seen so far. Refused and faulted requests count too.
struct SandboxStatistics
{
    struct Requests
    {
        qint64 create = 0;
        qint64 part = 0;
        qint64 complete = 0;
        qint64 cancel = 0;
        qint64 files = 0;
    };

    struct Uploads
    {
        qint64 pending = 0;
        qint64 completed = 0;
        qint64 cancelled = 0;
        qint64 expired = 0;
    };

    Requests requests;
    Uploads uploads;
    int peakParts = 0; ///< most part requests at once, from their headers to their answers
    qint64 files = 0; ///< files that are there now

    /// One line of JSON without the line's end.
    [[nodiscard]] QByteArray toJson() const;
};

} // namespace longshore::sandbox
