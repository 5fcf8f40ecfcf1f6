#include "requestrules.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

/// Keeps a listing of 10,000 files bounded.
constexpr qsizetype MaximumFilenameLength = 1024;
constexpr qint64 ShortestFileLife = 3600; // seconds
constexpr qint64 LongestFileLife = 2'592'000; // seconds
constexpr qint64 LongestList = 10'000;

constexpr std::array Purposes{"assistants"_L1, "batch"_L1,     "fine-tune"_L1,
                              "vision"_L1,     "user_data"_L1, "evals"_L1};

constexpr std::array AssistantsTypes{
    "text/x-c"_L1,
    "text/x-c++"_L1,
    "text/x-csharp"_L1,
    "text/css"_L1,
    "application/msword"_L1,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"_L1,
    "text/x-golang"_L1,
    "text/html"_L1,
    "text/x-java"_L1,
    "text/javascript"_L1,
    "application/json"_L1,
    "text/markdown"_L1,
    "application/pdf"_L1,
    "text/x-php"_L1,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation"_L1,
    "text/x-python"_L1,
    "text/x-script.python"_L1,
    "text/x-ruby"_L1,
    "application/x-sh"_L1,
    "text/x-tex"_L1,
    "application/typescript"_L1,
    "text/plain"_L1,
    // what the code interpreter takes beyond these
    "text/csv"_L1,
    "application/csv"_L1,
    "application/x-tar"_L1,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"_L1,
    "application/xml"_L1,
    "text/xml"_L1,
    "application/zip"_L1,
};

constexpr std::array ImageTypes{"image/png"_L1, "image/jpeg"_L1, "image/gif"_L1, "image/webp"_L1};

constexpr std::array LineTypes{"text/jsonl"_L1,       "application/jsonl"_L1,
                               "application/json"_L1, "application/x-ndjson"_L1,
                               "text/plain"_L1,       "application/octet-stream"_L1};

bool contains(const auto &list, const QString &text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool isAcceptedType(const QString &purpose, const QString &type)
{
    if (purpose == "assistants"_L1)
        return contains(AssistantsTypes, type) || contains(ImageTypes, type);
    if (purpose == "vision"_L1)
        return contains(ImageTypes, type);
    if (purpose == "user_data"_L1)
        return true;
    return contains(LineTypes, type);
}

/// Set as soon as something is wrong.
using Refusal = std::optional<Answer>;

Refusal readObject(const QByteArray &json, QJsonObject &object)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        return refusal(
            400, u"The body of the request is not valid JSON: %1."_s.arg(error.errorString()));
    if (!document.isObject())
        return refusal(400, u"The body of the request must be a JSON object."_s);
    object = document.object();
    return {};
}

/// `prefix` is put before the names of properties, for nested objects.
Refusal checkProperties(const QJsonObject &object, const QStringList &required,
                        const QStringList &optional, const QString &prefix = {})
{
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!required.contains(it.key()) && !optional.contains(it.key())) {
            const QString name = prefix + it.key().left(64);
            return refusal(400, u"Additional properties are not allowed ('%1')."_s.arg(name), name);
        }
    }
    for (const QString &name : required) {
        if (!object.contains(name))
            return refusal(400, u"'%1' is a required property."_s.arg(prefix + name),
                           prefix + name);
    }
    return {};
}

Refusal readString(const QJsonObject &object, const QString &name, QString &text)
{
    const QJsonValue value = object.value(name);
    if (!value.isString())
        return refusal(400, u"'%1' must be a string."_s.arg(name), name);
    text = value.toString();
    return {};
}

/// `param` is the property's name with its prefix.
Refusal readInteger(const QJsonValue &value, const QString &param, qint64 &number)
{
    number = value.toInteger(-1);
    const bool isInteger = value.isDouble() && (number != -1 || value.toInteger(0) == -1);
    // Beyond 64 bits it still is a number, and a large one.
    if (!isInteger && value.isDouble() && value.toDouble() > 9e18)
        number = std::numeric_limits<qint64>::max();
    else if (!isInteger)
        return refusal(400, u"'%1' must be an integer."_s.arg(param), param);
    return {};
}

Refusal readExpiry(const QJsonObject &object, CreateRequest &request)
{
    const QString name = u"expires_after"_s;
    const QJsonValue value = object.value(name);
    if (value.isUndefined() || value.isNull())
        return {};
    if (!value.isObject())
        return refusal(400, u"'expires_after' must be an object."_s, name);
    const QJsonObject policy = value.toObject();
    const QString prefix = name + u'.';
    if (Refusal refused = checkProperties(policy, {u"anchor"_s, u"seconds"_s}, {}, prefix))
        return refused;
    if (policy.value("anchor"_L1) != QJsonValue("created_at"_L1))
        return refusal(400, u"The only anchor is 'created_at'."_s, prefix + u"anchor"_s);
    qint64 seconds = 0;
    if (Refusal refused = readInteger(policy.value("seconds"_L1), prefix + u"seconds"_s, seconds))
        return refused;
    if (seconds < ShortestFileLife || seconds > LongestFileLife)
        return refusal(400,
                       u"'expires_after.seconds' must be between %1 and %2."_s.arg(ShortestFileLife)
                           .arg(LongestFileLife),
                       prefix + u"seconds"_s);
    request.fileLifetime = std::chrono::seconds(seconds);
    return {};
}

Refusal checkCreate(const CreateRequest &request)
{
    if (request.filename.isEmpty() || request.filename.size() > MaximumFilenameLength)
        return refusal(400,
                       u"'filename' must have 1 to %1 characters."_s.arg(MaximumFilenameLength),
                       u"filename"_s);
    if (!contains(Purposes, request.purpose))
        return refusal(400, u"'%1' is not one of the purposes."_s.arg(request.purpose.left(64)),
                       u"purpose"_s);
    if (request.bytes < 1)
        return refusal(400, u"'bytes' must be at least 1."_s, u"bytes"_s);
    if (request.bytes > MaximumUploadBytes)
        return refusal(
            400, u"File is too large: an upload has at most %1 bytes."_s.arg(MaximumUploadBytes),
            u"bytes"_s);
    static const QRegularExpression typePattern(u"\\A[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\\z"_s);
    const QString type = request.mimeType.section(u';', 0, 0).trimmed().toLower();
    if (!typePattern.match(type).hasMatch())
        return refusal(400, u"'mime_type' must be a type and a subtype."_s, u"mime_type"_s);
    if (!isAcceptedType(request.purpose, type))
        return refusal(400,
                       u"The MIME type '%1' is not supported for the purpose '%2'."_s.arg(
                           type.left(128), request.purpose),
                       u"mime_type"_s);
    return {};
}

} // namespace

std::variant<CreateRequest, Answer> readCreateRequest(const QByteArray &json)
{
    QJsonObject object;
    CreateRequest request;
    Refusal refused = readObject(json, object);
    if (!refused)
        refused = checkProperties(object, {u"filename"_s, u"purpose"_s, u"bytes"_s, u"mime_type"_s},
                                  {u"expires_after"_s});
    if (!refused)
        refused = readString(object, u"filename"_s, request.filename);
    if (!refused)
        refused = readString(object, u"purpose"_s, request.purpose);
    if (!refused)
        refused = readInteger(object.value("bytes"_L1), u"bytes"_s, request.bytes);
    if (!refused)
        refused = readString(object, u"mime_type"_s, request.mimeType);
    if (!refused)
        refused = readExpiry(object, request);
    if (!refused)
        refused = checkCreate(request);
    if (refused)
        return *refused;
    return request;
}

std::variant<CompleteRequest, Answer> readCompleteRequest(const QByteArray &json)
{
    QJsonObject object;
    CompleteRequest request;
    Refusal refused = readObject(json, object);
    if (!refused)
        refused = checkProperties(object, {u"part_ids"_s}, {u"md5"_s});
    if (!refused && !object.value("md5"_L1).isUndefined() && !object.value("md5"_L1).isNull())
        refused = readString(object, u"md5"_s, request.md5);
    if (refused)
        return *refused;
    const QJsonValue ids = object.value("part_ids"_L1);
    const Answer wrongType =
        refusal(400, u"'part_ids' must be a non-empty array of strings."_s, u"part_ids"_s);
    if (!ids.isArray() || ids.toArray().isEmpty())
        return wrongType;
    const QJsonArray array = ids.toArray();
    for (const QJsonValue id : array) {
        if (!id.isString())
            return wrongType;
        request.partIds.append(id.toString());
    }
    return request;
}

std::variant<ListRequest, Answer> readListRequest(const QByteArray &query)
{
    ListRequest request;
    const auto items = QUrlQuery(QString::fromLatin1(query)).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (name == "purpose"_L1) {
            request.purpose = value;
        } else if (name == "after"_L1) {
            request.after = value;
        } else if (name == "limit"_L1) {
            bool isNumber = false;
            request.limit = value.toLongLong(&isNumber);
            if (!isNumber || request.limit < 1 || request.limit > LongestList)
                return refusal(400, u"'limit' must be between 1 and %1."_s.arg(LongestList),
                               u"limit"_s);
        } else if (name == "order"_L1) {
            if (value != "asc"_L1 && value != "desc"_L1)
                return refusal(400, u"'order' must be 'asc' or 'desc'."_s, u"order"_s);
            request.ascending = value == "asc"_L1;
        }
    }
    return request;
}

} // namespace longshore::sandbox
