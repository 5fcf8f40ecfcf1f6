#pragma once

#include "transfer/callwait.h"
#include "transfer/controlcall.h"
#include "transfer/filelookup.h"
#include "transfer/retrypolicy.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace longshore {

/// Completes one upload: sends complete, and where its answer stays unknown looks for the file
/// before it sends it again, so that no file is made twice and none is missed. Ends with exactly
/// one of its signals other than waiting().
///
///   call ──2xx──▶ completed
///    │  ╲─ refused ──▶ look ──none──▶ failed or gone
///    ▼ no answer
///   look ──found──▶ completed
///    │  ╲─ can't be told ──▶ unknown
///    ▼ none: the upload is still pending
///   wait ──▶ call
class Completion final : public QObject
{
    Q_OBJECT

public:
    struct Plan
    {
        QString uploadId;
        QStringList partIds;
        QByteArray md5; ///< empty: not sent
        qint64 createdAt = 0; ///< Unix seconds of the service's clock
        /// An earlier run may have sent complete: look first.
        bool mayHaveBeenSent = false;
        bool maybeCancelled = false;
        /// The user asked for complete to be sent once more without a look.
        bool sendFirst = false;
    };

    /// `isExpired`: whether the upload's hour is over by the service's clock. The references
    /// outlive this.
    Completion(const TransferContext &context, const UploadSpec &spec, Plan plan,
               std::function<bool()> isExpired, QObject *parent = nullptr);
    ~Completion() override;

    /// The user cancels: what is under way is awaited, nothing is sent again. Ends with completed()
    /// or notCompleted().
    void cancel();
    /// Ends a wait now.
    void retryNow();
    /// Until when (monotonic) it waits before trying again.
    std::optional<std::chrono::milliseconds> waitingUntil() const { return m_wait.until(); }
    /// What it waits for.
    const ApiError &lastError() const;
    /// The machine slept or its network is another one.
    void doubtConnection();
    /// Some complete call was sent whose answer never came.
    bool mayHaveCompleted() const { return m_unanswered; }

Q_SIGNALS:
    void waiting();
    void completed(const longshore::FileObject &file);
    void failed(const longshore::ApiError &error);
    void gone(const longshore::ApiError &error);
    void unknown(const QString &reason);
    /// After cancel(): the service has no file of it yet, or could not be asked.
    void notCompleted();

private:
    void waitThenCall(std::chrono::milliseconds delay);
    void waitThenLook(std::chrono::milliseconds delay);
    void call(std::unique_ptr<HostGate::Pass> pass);
    void onAnswer(const ApiAnswer &answer);
    void look(std::unique_ptr<HostGate::Pass> pass);
    void onLooked(const FileLookup::Outcome &outcome);
    void onNotFound();
    bool refusalMeansGone() const;
    void onLookFailed(const ApiError &error);

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    Plan m_plan;
    std::function<bool()> m_isExpired;
    int m_attempt = 0;
    int m_looks = 0; ///< since the last call
    int m_failedLooks = 0;
    int m_badAnswers = 0;
    bool m_unanswered = false; ///< some call may have done its work without our knowing
    bool m_cancelled = false;
    /// The service's refusal, where the last call was answered with one.
    std::optional<ApiError> m_refusal;
    ApiError m_lastError;
    CallWait m_wait;
    std::unique_ptr<HostGate::Pass> m_pass;
    std::unique_ptr<ControlCall> m_call;
    std::unique_ptr<FileLookup> m_lookup;
};

} // namespace longshore
