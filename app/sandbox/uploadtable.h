#pragma once

#include "answer.h"
#include "filetable.h"
#include "requestrules.h"
#include "sandbox.h"
#include "serviceclock.h"
#include "store.h"

#include <QHash>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longshore::sandbox {

class UploadTable;

/// A part while it is received. Without UploadTable::finishPart() it leaves nothing behind.
class IncomingPart
{
public:
    /// Takes some content, or says why the part is refused.
    std::optional<Answer> write(std::string_view data);

    [[nodiscard]] const QString &uploadId() const { return m_uploadId; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    /// The id of the part of the same upload that was finished before this one, if there is one.
    [[nodiscard]] const QString &previousPartId() const { return m_previousPartId; }

private:
    friend class UploadTable;

    QString m_uploadId;
    QString m_partId;
    QString m_previousPartId;
    std::unique_ptr<PartFile> m_file;
    std::shared_ptr<std::atomic<qint64>> m_received; ///< shared by the upload's parts
    qint64 m_bytes = 0;
};

/// The uploads, their parts and their states:
///
///     pending --complete--> completed          a completion that fails leaves it pending;
///        |----cancel------> cancelled          while one runs, no part, no cancel and no
///        `----time--------> expired            second completion is taken
///
/// Thread-safe; complete() may take seconds and holds nobody up meanwhile.
class UploadTable
{
public:
    struct Options
    {
        std::chrono::seconds lifetime{3600};
        bool countEveryByte = false;
    };

    UploadTable(Options options, Store &store, FileTable &files, const ServiceClock &clock);

    [[nodiscard]] Answer create(const CreateRequest &request);
    [[nodiscard]] std::variant<std::unique_ptr<IncomingPart>, Answer>
    beginPart(const QString &uploadId);
    [[nodiscard]] Answer finishPart(IncomingPart &part);
    /// To be called before a finished part's answer is sent.
    void confirmPart(const IncomingPart &part);
    [[nodiscard]] Answer complete(const QString &uploadId, const CompleteRequest &request);
    [[nodiscard]] Answer cancel(const QString &uploadId);

    [[nodiscard]] std::vector<UploadView> views(); ///< in the order of their creation
    [[nodiscard]] std::optional<UploadView> view(const QString &uploadId);
    [[nodiscard]] std::optional<CompleteView> lastComplete();

private:
    struct Upload
    {
        QString id;
        CreateRequest request;
        std::chrono::milliseconds createdAt{0};
        UploadState state = UploadState::Pending;
        bool isCompleting = false;
        QHash<QString, qint64> partBytes;
        QString lastPartId;
        qint64 storedParts = 0;
        qint64 storedBytes = 0;
        qint64 confirmedBytes = 0;
        std::shared_ptr<std::atomic<qint64>> received;
        QJsonObject file;
    };

    [[nodiscard]] Upload *find(const QString &uploadId);
    void expireIfDue(Upload &upload) const;
    void end(Upload &upload, UploadState state) const;
    [[nodiscard]] static std::optional<Answer> refusalUnlessPending(const Upload *upload,
                                                                    const QString &uploadId);
    [[nodiscard]] std::optional<Answer> refusalOfParts(const Upload &upload,
                                                       const CompleteRequest &request) const;
    [[nodiscard]] static QJsonObject newFile(const Upload &upload);
    [[nodiscard]] QJsonObject object(const Upload &upload) const;
    [[nodiscard]] static UploadView viewOf(const Upload &upload);

    const Options m_options;
    Store &m_store;
    FileTable &m_files;
    const ServiceClock &m_clock;
    std::mutex m_mutex;
    std::map<QString, Upload> m_uploads; ///< nodes stay where they are
    std::vector<QString> m_order;
    std::optional<CompleteView> m_lastComplete;
};

} // namespace longshore::sandbox
