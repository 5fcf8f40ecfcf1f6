#include "uploadtable.h"

#include "identifiers.h"

#include <QJsonObject>
#include <QSet>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

/// Of all parts of one upload, refused and repeated ones included: bounds the disk used.
constexpr qint64 MaximumReceivedBytes = 4 * MaximumUploadBytes;
/// Of one upload: bounds the memory used. 8 GB are 135 parts of the largest size.
constexpr qint64 MaximumParts = 1'000'000;
/// "By default, files with `purpose=batch` expire after 30 days".
constexpr std::chrono::seconds BatchFileLifetime = std::chrono::hours(30 * 24);

QString stateName(UploadState state)
{
    switch (state) {
    case UploadState::Pending:
        return u"pending"_s;
    case UploadState::Completed:
        return u"completed"_s;
    case UploadState::Cancelled:
        return u"cancelled"_s;
    case UploadState::Expired:
        break;
    }
    return u"expired"_s;
}

Answer diskRefusal()
{
    return refusal(500, u"The service could not store the data."_s);
}

} // namespace

std::optional<Answer> IncomingPart::write(std::string_view data)
{
    const auto length = static_cast<qint64>(data.size());
    if (m_bytes + length > MaximumPartBytes)
        return refusal(413, u"Part is too large: at most %1 bytes."_s.arg(MaximumPartBytes),
                       u"data"_s);
    if (m_received->fetch_add(length) + length > MaximumReceivedBytes)
        return refusal(400, u"Too many bytes were sent for this upload."_s, u"data"_s);
    if (!m_file->write(data))
        return diskRefusal();
    m_bytes += length;
    return {};
}

UploadTable::UploadTable(Options options, Store &store, FileTable &files, const ServiceClock &clock)
    : m_options(options)
    , m_store(store)
    , m_files(files)
    , m_clock(clock)
{
}

Answer UploadTable::create(const CreateRequest &request)
{
    const std::lock_guard lock(m_mutex);
    for (auto &[id, upload] : m_uploads)
        expireIfDue(upload);
    Upload upload;
    upload.id = randomHexId("upload_"_L1, 32);
    upload.request = request;
    upload.createdAt = m_clock.now();
    upload.received = std::make_shared<std::atomic<qint64>>(0);
    if (!m_store.addUpload(upload.id))
        return diskRefusal();
    m_order.push_back(upload.id);
    const Answer answer = success(object(upload));
    m_uploads.emplace(upload.id, std::move(upload));
    return answer;
}

std::variant<std::unique_ptr<IncomingPart>, Answer> UploadTable::beginPart(const QString &uploadId)
{
    const std::lock_guard lock(m_mutex);
    Upload *upload = find(uploadId);
    if (auto refused = refusalUnlessPending(upload, uploadId))
        return *refused;
    if (upload->storedParts >= MaximumParts)
        return refusal(400, u"The upload has too many parts."_s);
    auto part = std::make_unique<IncomingPart>();
    part->m_uploadId = upload->id;
    part->m_partId = randomHexId("part_"_L1, 32);
    part->m_received = upload->received;
    part->m_file = m_store.newPart(upload->id, part->m_partId);
    if (!part->m_file->open())
        return diskRefusal();
    return part;
}

Answer UploadTable::finishPart(IncomingPart &part)
{
    if (part.m_bytes == 0)
        return refusal(400, u"The part is empty."_s, u"data"_s);
    const std::lock_guard lock(m_mutex);
    Upload *upload = find(part.m_uploadId);
    if (auto refused = refusalUnlessPending(upload, part.m_uploadId))
        return *refused;
    if (!part.m_file->keep())
        return diskRefusal();
    upload->partBytes.insert(part.m_partId, part.m_bytes);
    upload->storedBytes += part.m_bytes;
    ++upload->storedParts;
    part.m_previousPartId = std::exchange(upload->lastPartId, part.m_partId);
    return success({{u"id"_s, part.m_partId},
                    {u"object"_s, u"upload.part"_s},
                    {u"created_at"_s, unixSeconds(m_clock.now())},
                    {u"upload_id"_s, upload->id}});
}

void UploadTable::confirmPart(const IncomingPart &part)
{
    const std::lock_guard lock(m_mutex);
    if (Upload *upload = find(part.m_uploadId))
        upload->confirmedBytes += part.m_bytes;
}

Answer UploadTable::complete(const QString &uploadId, const CompleteRequest &request)
{
    std::unique_lock lock(m_mutex);
    m_lastComplete = CompleteView{uploadId, request.partIds, request.md5};
    Upload *upload = find(uploadId);
    if (auto refused = refusalUnlessPending(upload, uploadId))
        return *refused;
    if (auto refused = refusalOfParts(*upload, request))
        return *refused;
    // The record stays where it is, and nobody else changes it while this is set.
    upload->isCompleting = true;
    const QJsonObject file = newFile(*upload);
    lock.unlock();
    const Store::Assembly result = m_store.assemble(upload->id, request.partIds, request.md5, file);
    lock.lock();
    upload->isCompleting = false;
    switch (result) {
    case Store::Assembly::Md5Differs:
        return refusal(400, u"The md5 checksum is not that of the parts' content."_s, u"md5"_s);
    case Store::Assembly::Failed:
        return diskRefusal();
    case Store::Assembly::Done:
        break;
    }
    upload->file = file;
    m_files.add(file);
    end(*upload, UploadState::Completed);
    return success(object(*upload));
}

Answer UploadTable::cancel(const QString &uploadId)
{
    const std::lock_guard lock(m_mutex);
    Upload *upload = find(uploadId);
    if (auto refused = refusalUnlessPending(upload, uploadId))
        return *refused;
    end(*upload, UploadState::Cancelled);
    return success(object(*upload));
}

std::vector<UploadView> UploadTable::views()
{
    const std::lock_guard lock(m_mutex);
    std::vector<UploadView> views;
    for (const QString &id : m_order)
        views.push_back(viewOf(*find(id)));
    return views;
}

std::optional<UploadView> UploadTable::view(const QString &uploadId)
{
    const std::lock_guard lock(m_mutex);
    if (const Upload *upload = find(uploadId))
        return viewOf(*upload);
    return {};
}

std::optional<CompleteView> UploadTable::lastComplete()
{
    const std::lock_guard lock(m_mutex);
    return m_lastComplete;
}

UploadTable::Upload *UploadTable::find(const QString &uploadId)
{
    const auto it = m_uploads.find(uploadId);
    if (it == m_uploads.end())
        return nullptr;
    expireIfDue(it->second);
    return &it->second;
}

/// A completion that has begun in time may end later.
void UploadTable::expireIfDue(Upload &upload) const
{
    if (upload.state == UploadState::Pending && !upload.isCompleting
        && m_clock.now() >= upload.createdAt + m_options.lifetime)
        end(upload, UploadState::Expired);
}

void UploadTable::end(Upload &upload, UploadState state) const
{
    upload.state = state;
    upload.partBytes = {};
    m_store.discardUpload(upload.id);
}

std::optional<Answer> UploadTable::refusalUnlessPending(const Upload *upload,
                                                        const QString &uploadId)
{
    if (!upload)
        return refusal(404, u"No such Upload object: %1"_s.arg(uploadId.left(64)), u"upload_id"_s);
    if (upload->isCompleting)
        return refusal(400, u"The upload is being completed."_s);
    if (upload->state == UploadState::Expired)
        return refusal(400, u"The upload has expired."_s, {}, u"upload_expired"_s);
    if (upload->state != UploadState::Pending)
        return refusal(400, u"The upload is already %1."_s.arg(stateName(upload->state)));
    return {};
}

std::optional<Answer> UploadTable::refusalOfParts(const Upload &upload,
                                                  const CompleteRequest &request) const
{
    const QString param = u"part_ids"_s;
    QSet<QString> seen;
    qint64 bytes = 0;
    for (const QString &id : request.partIds) {
        const auto part = upload.partBytes.find(id);
        if (part == upload.partBytes.end())
            return refusal(400, u"The upload has no part '%1'."_s.arg(id.left(64)), param);
        if (seen.contains(id))
            return refusal(400, u"The part '%1' is listed twice."_s.arg(id), param);
        seen.insert(id);
        bytes += *part;
    }
    if (m_options.countEveryByte && bytes == upload.request.bytes)
        bytes = upload.storedBytes;
    if (bytes != upload.request.bytes)
        return refusal(
            400,
            u"The parts have %1 bytes, but the upload was created for %2."_s.arg(bytes).arg(
                upload.request.bytes),
            param);
    return {};
}

QJsonObject UploadTable::newFile(const Upload &upload)
{
    std::optional<std::chrono::seconds> lifetime = upload.request.fileLifetime;
    if (!lifetime && upload.request.purpose == "batch"_L1)
        lifetime = BatchFileLifetime;
    // The service gives the file its upload's time.
    const qint64 created = unixSeconds(upload.createdAt);
    return {{u"id"_s, randomAlphanumericId("file-"_L1, 22)},
            {u"object"_s, u"file"_s},
            {u"purpose"_s, upload.request.purpose},
            {u"filename"_s, upload.request.filename},
            {u"bytes"_s, upload.request.bytes},
            {u"created_at"_s, created},
            {u"expires_at"_s,
             lifetime ? QJsonValue(created + qint64(lifetime->count())) : QJsonValue()},
            {u"status"_s, u"processed"_s},
            {u"status_details"_s, QJsonValue()}};
}

QJsonObject UploadTable::object(const Upload &upload) const
{
    const qint64 created = unixSeconds(upload.createdAt);
    QJsonObject result{{u"id"_s, upload.id},
                       {u"object"_s, u"upload"_s},
                       {u"bytes"_s, upload.request.bytes},
                       {u"created_at"_s, created},
                       {u"filename"_s, upload.request.filename},
                       {u"purpose"_s, upload.request.purpose},
                       {u"status"_s, stateName(upload.state)},
                       {u"expires_at"_s, created + qint64(m_options.lifetime.count())}};
    if (!upload.file.isEmpty())
        result.insert(u"file"_s, upload.file);
    return result;
}

UploadView UploadTable::viewOf(const Upload &upload)
{
    return {upload.id,
            upload.request.filename,
            upload.state,
            upload.request.bytes,
            upload.storedParts,
            upload.confirmedBytes,
            upload.received->load(),
            upload.file.value("id"_L1).toString()};
}

} // namespace longshore::sandbox
