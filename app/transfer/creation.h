#pragma once

#include "transfer/callwait.h"
#include "transfer/controlcall.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadchange.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace longshore {

/// Creates one upload at the service, with retries until UploadSpec::giveUpAfter. An answer that is
/// lost leaves an upload behind that nobody can name; it expires by itself. Ends with exactly one
/// of its signals other than waiting(); never from inside the constructor.
class Creation final : public QObject
{
    Q_OBJECT

public:
    /// The references outlive this.
    Creation(const TransferContext &context, const UploadSpec &spec, QObject *parent = nullptr);
    ~Creation() override;

    /// The id is awaited for at most five seconds more, so that the service can be told; then
    /// created() or cancelled().
    void cancel();
    void retryNow();
    /// Until when (monotonic) it waits before trying again.
    std::optional<std::chrono::milliseconds> waitingUntil() const { return m_wait.until(); }
    /// What it waits for.
    const ApiError &lastError() const;
    /// The machine slept or its network is another one.
    void doubtConnection();

Q_SIGNALS:
    void waiting();
    void created(const longshore::UploadCreated &upload);
    void failed(const longshore::ApiError &error);
    void cancelled();

private:
    void call(std::unique_ptr<HostGate::Pass> pass);
    void waitThenCall(std::chrono::milliseconds delay);
    bool isPatient(std::chrono::milliseconds delay) const;
    void onAnswer(const ApiAnswer &answer);
    UploadCreated createdFrom(const UploadObject &upload, const ApiAnswer &answer) const;

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    std::chrono::milliseconds m_startedAt;
    int m_attempt = 0;
    int m_badAnswers = 0;
    bool m_answeredBefore = false;
    bool m_cancelled = false;
    ApiError m_lastError;
    CallWait m_wait;
    std::unique_ptr<HostGate::Pass> m_pass;
    std::unique_ptr<ControlCall> m_call;
    std::unique_ptr<ClockTimer> m_giveUpTimer;
    std::unique_ptr<ClockTimer> m_cancelTimer;
};

} // namespace longshore
