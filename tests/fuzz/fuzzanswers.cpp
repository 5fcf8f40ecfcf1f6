#include "fuzz/answertext.h"
#include "fuzz/fuzzer.h"

#include "api/answers.h"
#include "api/showntext.h"

#include <QJsonDocument>

using namespace longshore;
using namespace longshore::fuzz;
using namespace Qt::StringLiterals;

namespace {

/// Longest sentence, in characters: the service's 500 and ours around them.
constexpr qsizetype kLongestSentence = 800;
/// The last second of the year 9999.
constexpr qint64 kLatestTime = 253'402'300'799;

/// What the request carried, which the corpus and the dictionary know.
constexpr QByteArrayView kSecret("sk-canary0123456789");

const QString &uploadId()
{
    static const QString id = u"upload_68cb2a7db1008191a9fc811a39b4a95b"_s;
    return id;
}

/// Fit for a URL's path and a file's name; not by isUsableId(), whose mistakes would not be seen.
void checkId(const QString &id)
{
    static const QByteArray allowed = "!\"$&'()*+,-.0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "[]^_`abcdefghijklmnopqrstuvwxyz{|}~"_ba;
    require(!id.isEmpty() && id.size() <= 200, "an id is neither empty nor long");
    require(id != u"."_s && id != u".."_s, "an id is no folder");
    for (const QChar character : id) {
        require(character.unicode() < 0x80 && allowed.contains(character.toLatin1()),
                "an id is visible and ends no part of a URL");
    }
}

void checkText(const QString &text)
{
    require(isShowable(text), "what is shown of an answer hides nothing");
    require(text.size() <= kLongestSentence, "what is shown of an answer is short");
    require(!text.contains(QString::fromLatin1(kSecret), Qt::CaseInsensitive),
            "what is shown of an answer holds no key");
}

void checkError(const ApiError &error)
{
    require(!error.message.isEmpty(), "an error says what happened");
    require(errorKindName(error.kind) != u"none"_s, "an error has a kind");
    require(error.status >= 0, "the status of an error is none below 0");
    require(!error.retryDelay || error.retryDelay->count() >= 0, "nobody waits for the past");
    for (const QString &text : {error.message, error.code, error.requestId, error.advice})
        checkText(text);
}

/// One of the two.
template <typename T> bool isResult(const ApiResult<T> &result)
{
    require(result.ok() == (result.error == ApiError{}), "a result has no trace of an error");
    if (!result.ok())
        checkError(result.error);
    return result.ok();
}

void checkTime(const std::optional<qint64> &time)
{
    require(!time || (*time >= 0 && *time <= kLatestTime), "a time can be a time");
}

void checkFile(const FileObject &file)
{
    checkId(file.id);
    require(file.bytes.value_or(0) >= 0, "a file has no fewer bytes than none");
    checkTime(file.createdAt);
    for (const QString &text : {file.filename, file.purpose, file.status, file.statusDetails})
        checkText(shownText(text));
}

void checkCreated(const ApiAnswer &answer)
{
    const ApiResult<UploadObject> created = parseCreated(answer);
    if (!isResult(created))
        return;
    checkId(created.value.id);
    checkTime(created.value.createdAt);
    checkTime(created.value.expiresAt);
    require(!created.value.createdAt || !created.value.expiresAt
                || *created.value.createdAt < *created.value.expiresAt,
            "an upload lives for some time");
}

void checkObjects(const ApiAnswer &answer)
{
    checkCreated(answer);
    if (const auto part = parsePart(answer, uploadId()); isResult(part)) {
        checkId(part.value.id);
        require(part.value.uploadId == uploadId(), "a part belongs to the upload asked for");
    }
    if (const auto file = parseCompleted(answer, uploadId()); isResult(file))
        checkFile(file.value);
    if (const auto file = parseFile(answer); isResult(file))
        checkFile(file.value);
    if (const auto page = parseFilePage(answer); isResult(page)) {
        require(!page.value.hasMore || !page.value.files.isEmpty(), "a next page has a last id");
        for (const FileObject &file : page.value.files)
            checkFile(file);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RawAnswer raw = answerFrom(QByteArrayView(data, static_cast<qsizetype>(size)));
    raw.secrets.add(kSecret.toByteArray());
    static const QDateTime now = QDateTime::fromSecsSinceEpoch(1'758'145'149, Qt::UTC);
    const ApiAnswer answer = understand(raw, now);
    require(answer.status == raw.status, "the status is what came");
    require(!answer.serverTime || answer.serverTime->isValid(), "the service's time is one");
    checkText(answer.requestId);
    if (answer.error.isError()) {
        checkError(answer.error);
        require(answer.object.isEmpty(), "an error holds no object");
    } else {
        require(raw.status >= 200 && raw.status < 300, "only a 2xx is a good answer");
        require(answer.error == ApiError{}, "a good answer has no trace of an error");
        require(QJsonDocument::fromJson(raw.body).object().keys() == answer.object.keys(),
                "the object came so");
    }
    checkObjects(answer);
    return 0;
}
