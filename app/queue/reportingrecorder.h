#pragma once

#include "transfer/uploadchange.h"

namespace longshore {

/// Passes everything on to another recorder, and the first problem to whoever tells the user.
class ReportingRecorder final : public UploadRecorder
{
public:
    ReportingRecorder(UploadRecorder &recorder, std::function<void(const QString &)> report)
        : m_recorder(recorder)
        , m_report(std::move(report))
    {
    }

    void record(const QString &key, const UploadChange &change,
                std::function<void(const QString &problem)> done) override
    {
        m_recorder.record(key, change, [this, done = std::move(done)](const QString &problem) {
            report(problem);
            if (done)
                done(problem);
        });
    }

    /// The journal works again: the next problem is news.
    void recover() { m_reported = false; }

    /// Empty: no problem.
    void report(const QString &problem)
    {
        if (problem.isEmpty() || m_reported)
            return;
        m_reported = true;
        m_report(problem);
    }

private:
    UploadRecorder &m_recorder;
    std::function<void(const QString &)> m_report;
    bool m_reported = false;
};

} // namespace longshore
