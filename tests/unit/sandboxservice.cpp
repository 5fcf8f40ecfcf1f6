#include "sandboxservice.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

QJsonObject objectOf(const Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QJsonValue errorField(const Answer &answer, QLatin1StringView field)
{
    return objectOf(answer).value("error"_L1).toObject().value(field);
}

SandboxService::SandboxService(const QString &dataDir, UploadTable::Options options)
    : m_files(m_store, m_clock)
    , m_uploads(options, m_store, m_files, m_clock)
{
    QString error;
    if (!m_store.open(dataDir, &error))
        qFatal("%s", qPrintable(error));
    m_files.load();
}

QString SandboxService::create(qint64 bytes, const QString &purpose,
                               std::optional<std::chrono::seconds> fileLifetime)
{
    const Answer answer = m_uploads.create({u"a.bin"_s, purpose, bytes, u"a/b"_s, fileLifetime});
    return objectOf(answer).value("id"_L1).toString();
}

std::unique_ptr<IncomingPart> SandboxService::begin(const QString &uploadId)
{
    auto part = m_uploads.beginPart(uploadId);
    if (auto *begun = std::get_if<std::unique_ptr<IncomingPart>>(&part))
        return std::move(*begun);
    return {};
}

QString SandboxService::add(const QString &uploadId, std::string_view data)
{
    const auto part = begin(uploadId);
    if (!part || part->write(data))
        return {};
    const Answer answer = m_uploads.finishPart(*part);
    m_uploads.confirmPart(*part);
    return answer.status == 200 ? objectOf(answer).value("id"_L1).toString() : QString();
}

QString SandboxService::upload(const QByteArray &content, const QString &purpose)
{
    const QString id = create(content.size(), purpose);
    const QString part = add(id, content.toStdString());
    const QJsonObject completed = objectOf(m_uploads.complete(id, {{part}, {}}));
    return completed.value("file"_L1).toObject().value("id"_L1).toString();
}

QByteArray SandboxService::contentOf(const QString &fileId) const
{
    QFile file(m_store.filesDir() + u'/' + fileId);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList SandboxService::list(const QByteArray &query)
{
    QStringList ids;
    const Answer answer = m_files.list(std::get<ListRequest>(readListRequest(query)));
    const QJsonArray files = objectOf(answer).value("data"_L1).toArray();
    for (const QJsonValue file : files)
        ids.append(file.toObject().value("id"_L1).toString());
    return ids;
}
