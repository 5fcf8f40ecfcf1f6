#include "journaldamage.h"

#include "journalsamples.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <vector>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace samples = journalsamples;

namespace journaldamage {

namespace {

constexpr int kUploads = 20;
// Enough for pages that hold parts of a few uploads only.
constexpr int kParts = 120;

/// Unfinished ones with some parts confirmed and, as every second has, an order that fills pages of
/// its own; every fifth has failed, every tenth is completed.
std::vector<JournalRequest> requestsFor(int number)
{
    const QString key = u"upload-%1"_s.arg(number);
    StoredUpload upload = samples::freshUpload(key, kParts);
    upload.position = number;
    upload.spec.filename = u"file-%1.jsonl"_s.arg(number);
    upload.spec.sources[0].path =
        u"/data/%1/"_s.arg(QString(500, QLatin1Char('d'))) + upload.spec.filename;
    upload.spec.sources[0].stamp.fileId = static_cast<quint64>(number + 1);
    std::vector<JournalRequest> requests{AddRequest{upload}};
    const auto record = [&](const UploadChange &change) {
        requests.push_back(RecordRequest{key, change});
    };
    record(UploadCreated{u"upload_%1"_s.arg(number), 1000, 4600, 1});
    for (int part = number % 3; part < kParts; part += 1 + number % 4)
        record(PartConfirmed{part, samples::partId(number * kParts + part)});
    QList<int> order = fileOrder(kParts);
    std::reverse(order.begin(), order.end());
    if (number % 2 == 0)
        record(OrderChosen{order});
    ApiError error;
    error.kind = ErrorKind::Network;
    error.message = u"upload %1 failed"_s.arg(number);
    if (number % 10 == 9)
        record(UploadCompleted{u"file-%1"_s.arg(number), "md5"});
    else if (number % 5 == 3)
        record(UploadFailed{error});
    return requests;
}

} // namespace

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

bool spoilPageOf(const QString &path, const QByteArray &text)
{
    constexpr qsizetype pageSize = 4096;
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite))
        return false;
    const qsizetype at = file.readAll().lastIndexOf(text);
    return at >= 0 && file.seek(at / pageSize * pageSize)
        && file.write(QByteArray(pageSize, '\x5a')) == pageSize;
}

QStringList setAside(const QString &dir, const QString &end)
{
    return QDir(dir).entryList({u"journal-damaged-*"_s + end, u"journal-foreign-*"_s + end},
                               QDir::Files, QDir::Name);
}

QHash<QString, StoredUpload> makeJournal(const QString &dir)
{
    JournalStore store;
    if (!store.open(dir).isEmpty())
        return {};
    for (int number = 0; number < kUploads; ++number) {
        const std::vector<JournalRequest> requests = requestsFor(number);
        std::vector<JournalOutcome> outcomes(requests.size());
        if (store.carryOut(requests, outcomes) != JournalStore::Result::Done)
            return {};
    }
    return allUploads(store);
}

QByteArray aPartId()
{
    constexpr int number = 8; // every part of it is confirmed
    return samples::partId(number * kParts + kParts / 2).toUtf8();
}

QHash<QString, StoredUpload> allUploads(JournalStore &store)
{
    QHash<QString, StoredUpload> uploads;
    const QString identity = samples::freshUpload(QString()).identity;
    for (const JournalRequest &request : {JournalRequest(UnfinishedRequest{identity}),
                                          JournalRequest(EndedRequest{identity, 1000})}) {
        JournalOutcome outcome;
        store.carryOut({&request, 1}, {&outcome, 1});
        for (const StoredUpload &upload : std::as_const(outcome.uploads))
            uploads.insert(upload.spec.key, upload);
    }
    return uploads;
}

QString difference(const QHash<QString, StoredUpload> &found,
                   const QHash<QString, StoredUpload> &originals)
{
    for (StoredUpload upload : found) {
        const auto original = originals.constFind(upload.spec.key);
        if (original == originals.cend())
            return u"%1 was invented"_s.arg(upload.spec.key);
        const QHash<int, QString> &ids = original->progress.confirmedParts;
        QHash<int, QString> &confirmed = upload.progress.confirmedParts;
        for (auto part = confirmed.cbegin(); part != confirmed.cend(); ++part) {
            if (!ids.contains(part.key()) || ids.value(part.key()) != part.value())
                return u"part %1 of %2 is wrong"_s.arg(part.key()).arg(upload.spec.key);
        }
        confirmed = ids;
        if (upload != *original)
            return u"%1 is not what it was"_s.arg(upload.spec.key);
    }
    return {};
}

QString useProblem(JournalStore &store)
{
    StoredUpload upload = samples::freshUpload(u"afterwards"_s, 3);
    upload.identity = u"elsewhere"_s;
    const std::vector<JournalRequest> requests{
        AddRequest{upload}, RecordRequest{u"afterwards"_s, PartConfirmed{1, samples::partId(1)}},
        UnfinishedRequest{upload.identity}};
    std::vector<JournalOutcome> outcomes(requests.size());
    if (store.carryOut(requests, outcomes) != JournalStore::Result::Done)
        return outcomes.front().problem;
    upload.progress.confirmedParts = {{1, samples::partId(1)}};
    return outcomes.back().uploads == QList{upload} ? QString() : u"it reads something else"_s;
}

int unfinishedIn(const QHash<QString, StoredUpload> &uploads)
{
    return static_cast<int>(
        std::count_if(uploads.cbegin(), uploads.cend(), [](const StoredUpload &upload) {
            return upload.state != UploadState::Completed && upload.state != UploadState::Cancelled;
        }));
}

int takenOver(const QString &notice)
{
    if (notice.contains(u"no unfinished upload could"_s))
        return 0;
    static const QRegularExpression number(u"; (\\d+) unfinished uploads? w(as|ere) taken over"_s);
    const QRegularExpressionMatch match = number.match(notice);
    return match.hasMatch() ? match.captured(1).toInt() : -1;
}

} // namespace journaldamage
