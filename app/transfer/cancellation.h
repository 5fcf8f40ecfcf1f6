#pragma once

#include "transfer/controlcall.h"
#include "transfer/filelookup.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <memory>

namespace longshore {

/// Tells the service that an upload is cancelled. A service that can't be reached is not waited for
/// long: the upload expires by itself. Ends with exactly one signal.
class Cancellation final : public QObject
{
    Q_OBJECT

public:
    struct Plan
    {
        QString uploadId;
        qint64 createdAt = 0; ///< Unix seconds of the service's clock
        /// Complete was sent and its answer lost: if the service refuses the cancel, the file is
        /// looked for.
        bool mayHaveCompleted = false;
    };

    /// The references outlive this.
    Cancellation(const TransferContext &context, const UploadSpec &spec, Plan plan,
                 QObject *parent = nullptr);
    ~Cancellation() override;

Q_SIGNALS:
    /// `told`: the service has said that nothing is left to cancel.
    void cancelled(bool told);
    /// The cancel came too late.
    void completed(const longshore::FileObject &file);
    void unknown(const QString &reason);

private:
    void call();
    void onAnswer(const ApiAnswer &answer);
    void onLooked(const FileLookup::Outcome &outcome);

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    Plan m_plan;
    int m_attempt = 0;
    bool m_isTold = false;
    std::unique_ptr<ControlCall> m_call;
    std::unique_ptr<FileLookup> m_lookup;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace longshore
