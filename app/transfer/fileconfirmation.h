#pragma once

#include "transfer/callwait.h"
#include "transfer/controlcall.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace longshore {

/// Looks whether the file that complete made is there and is what was sent: GET /files/{id} until
/// it is visible, for some seconds at most. Ends with exactly one of confirmed() and wrong(), never
/// from inside the constructor.
class FileConfirmation final : public QObject
{
    Q_OBJECT

public:
    /// `file` as complete told of it. The references outlive this.
    FileConfirmation(const TransferContext &context, const UploadSpec &spec, FileObject file,
                     QObject *parent = nullptr);
    ~FileConfirmation() override;

    const FileObject &file() const { return m_file; }
    /// The user waits: what complete told is enough.
    void hurry();

Q_SIGNALS:
    /// `doubt`: a sentence where the file could not be looked at; otherwise empty.
    void confirmed(const QString &doubt);
    /// The service has the file, but not as it was sent or not as one that can be used.
    void wrong(const longshore::ApiError &error);

private:
    void waitThenLook(std::chrono::milliseconds delay);
    void look(std::unique_ptr<HostGate::Pass> pass);
    void giveUp(const QString &reason);
    void onAnswer(const ApiAnswer &answer);
    std::optional<ApiError> whatIsWrong(const FileObject &file) const;

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    FileObject m_file;
    int m_looks = 0;
    QString m_lastProblem;
    CallWait m_wait;
    std::unique_ptr<HostGate::Pass> m_pass;
    std::unique_ptr<ControlCall> m_call;
    std::unique_ptr<ClockTimer> m_bound;
};

} // namespace longshore
