#pragma once

#include "transfer/controlcall.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QObject>

#include <memory>

namespace longshore {

/// Looks in the service's list for the file that an upload may have become, because there is no GET
/// for an upload. One pass over the newest files of the purpose. Answers exactly once; destroyed
/// earlier never.
class FileLookup final : public QObject
{
    Q_OBJECT

public:
    struct Outcome
    {
        /// The one file with our name and size that is no older than the upload.
        std::optional<FileObject> file;
        /// More than one would fit: it can't be told.
        bool ambiguous = false;
        /// The list could not be read.
        ApiError error;
    };

    /// `createdAt`: when the upload was created, Unix seconds of the service's clock.
    FileLookup(const TransferContext &context, const UploadSpec &spec, qint64 createdAt,
               QObject *parent = nullptr);
    ~FileLookup() override;

Q_SIGNALS:
    void finished(const longshore::FileLookup::Outcome &outcome);

private:
    void readPage(const QString &after);
    void onPage(const ApiAnswer &answer);

    const TransferContext &m_context;
    const UploadSpec &m_spec;
    qint64 m_createdAt;
    int m_pages = 0;
    Outcome m_outcome;
    std::unique_ptr<ControlCall> m_call;
};

} // namespace longshore
