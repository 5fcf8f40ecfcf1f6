#include "api/answers.h"

#include <QJsonArray>

#include <algorithm>
#include <limits>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestId = 200;
/// The last second of the year 9999: a later time is not in seconds.
constexpr qint64 kLatestTime = 253'402'300'799;

template <typename T> ApiResult<T> failed(const ApiError &error)
{
    return {{}, error};
}

template <typename T> ApiResult<T> bad(const ApiAnswer &answer, const QString &message)
{
    ApiError error;
    error.kind = ErrorKind::BadAnswer;
    error.status = answer.status;
    error.requestId = answer.requestId;
    error.message = message;
    return {{}, error};
}

bool isAbsent(const QJsonValue &value)
{
    return value.isUndefined() || value.isNull();
}

/// Whole numbers, also when written as 1.0.
std::optional<qint64> toInteger(const QJsonValue &value)
{
    // A default that comes back twice was no integer.
    if (value.toInteger(0) != value.toInteger(1))
        return {};
    return value.toInteger();
}

/// None for what can't be counted with: it is no reason to give up an object.
std::optional<qint64> toIntegerUpTo(qint64 most, const QJsonValue &value)
{
    const std::optional<qint64> number = toInteger(value);
    return number && *number >= 0 && *number <= most ? number : std::nullopt;
}

FileObject fileFrom(const QJsonObject &object)
{
    FileObject file;
    file.id = object.value("id"_L1).toString();
    file.bytes = toIntegerUpTo(std::numeric_limits<qint64>::max(), object.value("bytes"_L1));
    file.createdAt = toIntegerUpTo(kLatestTime, object.value("created_at"_L1));
    file.filename = object.value("filename"_L1).toString();
    file.purpose = object.value("purpose"_L1).toString();
    file.status = object.value("status"_L1).toString();
    file.statusDetails = object.value("status_details"_L1).toString();
    return file;
}

ApiResult<FileObject> usableFile(const ApiAnswer &answer, const QJsonObject &object)
{
    const FileObject file = fileFrom(object);
    if (!isUsableId(file.id))
        return bad<FileObject>(answer, u"The service's answer holds no usable file id."_s);
    return {file, {}};
}

/// Whether complete was answered with the File in place of an Upload that holds it.
bool isFile(const QJsonObject &object, const QString &uploadId)
{
    const QString id = object.value("id"_L1).toString();
    if (id == uploadId || id.startsWith("upload_"_L1))
        return false;
    const QString kind = object.value("object"_L1).toString();
    return kind == "file"_L1 || (kind.isEmpty() && isAbsent(object.value("file"_L1)));
}

} // namespace

bool isUsableId(const QString &id)
{
    if (id.isEmpty() || id.size() > kLongestId || id == "."_L1 || id == ".."_L1)
        return false;
    return std::all_of(id.begin(), id.end(), [](QChar character) {
        return character > u' ' && character <= u'~' && !QStringView(u"/?#%\\").contains(character);
    });
}

ApiResult<UploadObject> parseCreated(const ApiAnswer &answer)
{
    if (answer.error.isError()) {
        ApiError error = answer.error;
        if (error.advice.isEmpty() && (error.status == 404 || error.status == 405))
            error.advice = u"Check the base URL: there is no Uploads service at this address."_s;
        return failed<UploadObject>(error);
    }
    const QJsonObject &object = answer.object;
    UploadObject upload;
    upload.id = object.value("id"_L1).toString();
    if (!isUsableId(upload.id))
        return bad<UploadObject>(answer, u"The service's answer holds no usable upload id."_s);
    const QJsonValue status = object.value("status"_L1);
    if (!isAbsent(status) && status.toString() != "pending"_L1)
        return bad<UploadObject>(answer, u"The service created an upload that is not pending."_s);
    upload.status = status.toString();
    upload.createdAt = toIntegerUpTo(kLatestTime, object.value("created_at"_L1));
    upload.expiresAt = toInteger(object.value("expires_at"_L1));
    const bool readable = upload.expiresAt || isAbsent(object.value("expires_at"_L1));
    const qint64 expiry = upload.expiresAt.value_or(kLatestTime);
    if (!readable || expiry <= upload.createdAt.value_or(0) || expiry > kLatestTime) {
        return bad<UploadObject>(answer,
                                 u"The service's answer gives a time of expiry that makes no "
                                 "sense."_s);
    }
    return {upload, {}};
}

ApiResult<PartObject> parsePart(const ApiAnswer &answer, const QString &uploadId)
{
    if (answer.error.isError())
        return failed<PartObject>(answer.error);
    PartObject part;
    part.id = answer.object.value("id"_L1).toString();
    part.uploadId = uploadId;
    if (!isUsableId(part.id))
        return bad<PartObject>(answer, u"The service's answer holds no usable part id."_s);
    const QJsonValue of = answer.object.value("upload_id"_L1);
    if (!isAbsent(of) && of.toString() != uploadId)
        return bad<PartObject>(answer, u"The service put the part into another upload."_s);
    return {part, {}};
}

ApiResult<FileObject> parseCompleted(const ApiAnswer &answer, const QString &uploadId)
{
    if (answer.error.isError())
        return failed<FileObject>(answer.error);
    const QJsonObject &object = answer.object;
    if (isFile(object, uploadId))
        return usableFile(answer, object);
    const QJsonValue id = object.value("id"_L1);
    if (!isAbsent(id) && id.toString() != uploadId)
        return bad<FileObject>(answer, u"The service answered about another upload."_s);
    if (object.value("status"_L1).toString() != "completed"_L1)
        return bad<FileObject>(answer, u"The service answered with an upload not completed."_s);
    return usableFile(answer, object.value("file"_L1).toObject());
}

ApiResult<FilePage> parseFilePage(const ApiAnswer &answer)
{
    if (answer.error.isError())
        return failed<FilePage>(answer.error);
    const QJsonValue data = answer.object.value("data"_L1);
    if (!data.isArray())
        return bad<FilePage>(answer, u"The service's answer holds no list of files."_s);
    FilePage page;
    const QJsonArray entries = data.toArray();
    for (const QJsonValue entry : entries) {
        const FileObject file = fileFrom(entry.toObject());
        if (isUsableId(file.id))
            page.files.append(file);
    }
    // A page from which nothing can be taken has no next one: its last id is missing.
    page.hasMore = answer.object.value("has_more"_L1).toBool() && !page.files.isEmpty();
    return {page, {}};
}

ApiResult<FileObject> parseFile(const ApiAnswer &answer)
{
    if (answer.error.isError())
        return failed<FileObject>(answer.error);
    return usableFile(answer, answer.object);
}

} // namespace longshore
