#pragma once

#include "transfer/checksum.h"
#include "transfer/completion.h"
#include "transfer/contentchecksum.h"
#include "transfer/fileconfirmation.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <functional>
#include <memory>

namespace longshore {

/// Brings an upload whose parts are all confirmed to its file: waits for the checksum, looks at the
/// files once more, puts "completing" on record, and completes. Until complete is sent it can be
/// stopped and started again. A run ends with one of its signals other than waiting() and
/// unchanged().
class Finisher final : public QObject
{
    Q_OBJECT

public:
    struct Plan
    {
        UploadCreated created;
        QList<int> order;
        QHash<int, QString> partIds; ///< by index
        bool maybeCancelled = false; ///< an earlier run may have sent cancel
    };

    /// `isExpired`: whether the upload's hour is over by the service's clock. The references
    /// outlive this.
    Finisher(const TransferContext &context, const UploadSpec &spec,
             const std::shared_ptr<PageCacheUse> &pageCache, std::function<bool()> isExpired,
             QObject *parent = nullptr);
    ~Finisher() override;

    ContentChecksum &checksum() { return m_checksum; }
    const ContentChecksum &checksum() const { return m_checksum; }

    /// Looks at the files only; then unchanged() or fileProblem().
    void checkFiles();
    void start(const Plan &plan);
    /// Goes on where an earlier run may have sent complete: the file is looked for first, unless
    /// `sendFirst`.
    void startMaybeSent(const Plan &plan, bool sendFirst);
    /// What has not been sent is taken back; the checksum goes on.
    void stop();
    /// While complete is under way: the service's answer decides, completed() or notCompleted().
    void cancel();
    void retryNow();
    /// The machine slept or its network is another one.
    void doubtConnection();

    /// Complete was sent: it can't be taken back.
    bool isCommitted() const { return m_completion || m_confirmation; }
    bool isBusy() const { return m_stage != Stage::Idle; }
    std::optional<std::chrono::milliseconds> waitingUntil() const;
    ApiError lastError() const;
    bool mayHaveCompleted() const { return m_completion && m_completion->mayHaveCompleted(); }

Q_SIGNALS:
    void unchanged();
    void waiting();
    /// Complete is sent now.
    void committed();
    /// `doubt`: why the file could not be looked at; empty if it was.
    void completed(const longshore::FileObject &file, const QString &doubt);
    /// The service made a file, but a wrong one.
    void spoilt(const longshore::ApiError &error);
    void failed(const longshore::ApiError &error);
    void gone(const longshore::ApiError &error);
    void unknown(const QString &reason);
    void notCompleted();
    void fileProblem(const longshore::FileProblem &problem);

private:
    enum class Stage {
        Idle,
        CheckingOnly,
        AwaitingChecksum,
        Checking,
        Recording,
        Completing,
        Confirming
    };

    void goOn();
    void startFileCheck(Stage stage);
    void recordAndSend();
    void send(bool mayHaveBeenSent, bool sendFirst);
    void confirmFile(const FileObject &file);

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    std::function<bool()> m_isExpired;
    Plan m_plan;
    Stage m_stage = Stage::Idle;
    int m_run = 0; ///< raised by stop(): what was to follow a record is void then
    ContentChecksum m_checksum;
    std::unique_ptr<FileCheck> m_fileCheck;
    std::unique_ptr<Completion> m_completion;
    std::unique_ptr<FileConfirmation> m_confirmation;
};

} // namespace longshore
