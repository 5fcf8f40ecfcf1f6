#include "journalsamples.h"

#include <QEventLoop>
#include <QTimer>

#include <chrono>
#include <limits>
#include <memory>

using namespace longshore;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace journalsamples {

namespace {

constexpr std::chrono::milliseconds kAnswerTimeout = 60s;

/// Runs the event loop until the callback that `call` is given has been called.
template <typename Answer, typename Call> std::optional<Answer> answerTo(const Call &call)
{
    // Shared with the callback, which may come after the timeout.
    struct Waiting
    {
        QEventLoop loop;
        std::optional<Answer> answer;
    };
    const auto waiting = std::make_shared<Waiting>();
    call([waiting](const Answer &given) {
        waiting->answer = given;
        waiting->loop.quit();
    });
    QTimer::singleShot(kAnswerTimeout, &waiting->loop, &QEventLoop::quit);
    waiting->loop.exec();
    return waiting->answer;
}

} // namespace

QString partId(int index)
{
    return u"part_%1"_s.arg(index, 24, 16, QLatin1Char('0'));
}

StoredUpload freshUpload(const QString &key, int parts)
{
    StoredUpload upload;
    UploadSpec &spec = upload.spec;
    spec.key = key;
    spec.filename = u"Bücher 書籍 \U0001f4da.jsonl"_s;
    spec.purpose = u"fine-tune"_s;
    spec.mimeType = u"text/jsonl"_s;
    spec.partSize = 10;
    SourceFile source;
    source.path = u"/data/zoë/"_s + spec.filename;
    source.stamp = {qint64(parts) * 10, 1'758'145'149'123'456'789, 2049, 1234};
    spec.sources = {source};
    spec.parts.reserve(parts);
    for (int i = 0; i < parts; ++i)
        spec.parts.append({0, qint64(i) * 10, 10, false, qint64(i) * 10});
    upload.identity = u"https://api.openai.com/v1|org|proj"_s;
    upload.addedAt = 1'758'145'149;
    return upload;
}

StoredUpload upload(const QString &key, int parts)
{
    StoredUpload upload = freshUpload(key, parts);
    UploadSpec &spec = upload.spec;
    // What JSON and file names may hold: a lone surrogate each way round, a byte order mark first,
    // a NUL within.
    const QString odd = QString(QChar(0xfeff)) + u"a"_s + QChar(0xd800) + u"b"_s + QChar(0xdc80)
        + QChar(0) + u"é"_s;
    const QString swapped = QChar(0xfffe) + u"x"_s;
    SourceFile second;
    second.path = u"/tmp/"_s + odd;
    second.stamp = {std::numeric_limits<qint64>::max(), -1, std::numeric_limits<quint64>::max(),
                    quint64(1) << 63};
    second.newlineAdded = true;
    spec.sources.append(second);
    spec.filename = odd;
    spec.purpose = swapped;
    spec.mimeType = u"text/x-'; DROP TABLE uploads; --"_s;
    spec.expiresAfter = 3600s;
    spec.partSize = 8'589'934'592;
    spec.cutAtLines = true;
    spec.sendMd5 = false;
    spec.hold = true;
    spec.holdEnd = HoldEnd::CompleteBefore;
    spec.giveUpAfter = 7s;
    spec.parts.append({1, qint64(1) << 40, qint64(1) << 41, true, qint64(1) << 42});
    upload.identity = odd;
    upload.combineName = swapped;
    upload.position = -5;
    upload.progress.created = UploadCreated{odd, 1'758'145'149, 1'758'148'749, -17};
    upload.progress.confirmedParts = {{0, partId(0)}, {2, odd}, {1, QString()}};
    upload.progress.order = {2, 0, 1, 3, std::numeric_limits<int>::max()};
    upload.progress.completing = true;
    upload.progress.completingMd5 = QByteArrayLiteral("\x00\xff\x80 md5");
    upload.progress.cancelling = true;
    upload.progress.paused = true;
    upload.state = UploadState::Failed;
    upload.error.kind = ErrorKind::FileChanged;
    upload.error.status = 418;
    upload.error.code = u"teapot"_s;
    upload.error.message = odd;
    upload.error.requestId = u"req_ÿ"_s;
    upload.error.retryDelay = 1500ms;
    upload.error.shouldRetry = false;
    upload.error.networkError = QNetworkReply::RemoteHostClosedError;
    upload.error.advice = u"Réessayez."_s;
    upload.error.part = 2;
    upload.fileId = swapped;
    return upload;
}

QString open(Journal &journal, const QString &dataDir)
{
    return answerTo<QString>([&](const auto &done) { journal.open(dataDir, done); })
        .value_or(u"no answer"_s);
}

QString add(Journal &journal, const StoredUpload &upload)
{
    return answerTo<QString>([&](const auto &done) { journal.add(upload, done); })
        .value_or(u"no answer"_s);
}

QString record(Journal &journal, const QString &key, const UploadChange &change)
{
    return answerTo<QString>([&](const auto &done) { journal.record(key, change, done); })
        .value_or(u"no answer"_s);
}

std::optional<StoredUpload> find(Journal &journal, const QString &matchKey)
{
    return answerTo<std::optional<StoredUpload>>(
               [&](const auto &found) { journal.find(matchKey, found); })
        .value_or(std::nullopt);
}

QList<StoredUpload> unfinished(Journal &journal, const QString &identity)
{
    return answerTo<QList<StoredUpload>>(
               [&](const auto &found) { journal.unfinished(identity, found); })
        .value_or(QList<StoredUpload>());
}

QList<StoredUpload> ended(Journal &journal, const QString &identity, int atMost)
{
    return answerTo<QList<StoredUpload>>(
               [&](const auto &found) { journal.ended(identity, atMost, found); })
        .value_or(QList<StoredUpload>());
}

qint64 rate(Journal &journal, const QString &identity)
{
    return answerTo<qint64>([&](const auto &found) { journal.rate(identity, found); }).value_or(-1);
}

} // namespace journalsamples
