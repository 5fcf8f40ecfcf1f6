#pragma once

#include "transfer/uploadchange.h"

#include <map>
#include <variant>

namespace longshore {

/// Passes everything on to another recorder, and the first problem to whoever tells the user. Where
/// completions wait, each is passed on once the user has been told of its file: an upload that is
/// on record as completed is never looked for again, and one that is not is.
class ReportingRecorder final : public UploadRecorder
{
public:
    ReportingRecorder(UploadRecorder &recorder, bool completionsWait,
                      std::function<void(const QString &)> report)
        : m_recorder(recorder)
        , m_completionsWait(completionsWait)
        , m_report(std::move(report))
    {
    }

    void record(const QString &key, const UploadChange &change,
                std::function<void(const QString &problem)> done) override
    {
        if (m_completionsWait && std::holds_alternative<UploadCompleted>(change)) {
            m_waiting[key] = [this, key, change, done = std::move(done)] {
                pass(key, change, done);
            };
            return;
        }
        pass(key, change, std::move(done));
    }

    /// The user knows the file of this upload.
    void told(const QString &key)
    {
        if (auto waiting = m_waiting.extract(key))
            waiting.mapped()();
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
    void pass(const QString &key, const UploadChange &change,
              std::function<void(const QString &problem)> done)
    {
        m_recorder.record(key, change, [this, done = std::move(done)](const QString &problem) {
            report(problem);
            if (done)
                done(problem);
        });
    }

    UploadRecorder &m_recorder;
    const bool m_completionsWait;
    std::function<void(const QString &)> m_report;
    std::map<QString, std::function<void()>> m_waiting; ///< by the upload's key
    bool m_reported = false;
};

} // namespace longshore
