#pragma once

#include "sandbox/filetable.h"
#include "sandbox/uploadtable.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

/// The object in an answer's body.
QJsonObject objectOf(const longshore::sandbox::Answer &answer);

/// A field of the error object in an answer's body.
QJsonValue errorField(const longshore::sandbox::Answer &answer, QLatin1StringView field);

/// The sandbox's service without a network.
class SandboxService
{
public:
    explicit SandboxService(const QString &dataDir = {},
                            longshore::sandbox::UploadTable::Options options = {});

    /// Its id.
    QString create(qint64 bytes, const QString &purpose = QStringLiteral("user_data"),
                   std::optional<std::chrono::seconds> fileLifetime = {});
    /// A part that is to be received, or null if it was refused.
    std::unique_ptr<longshore::sandbox::IncomingPart> begin(const QString &uploadId);
    /// The id of a part that was received and confirmed, or nothing if it was refused.
    QString add(const QString &uploadId, std::string_view data);
    /// The id of a file that was uploaded in one part.
    QString upload(const QByteArray &content, const QString &purpose = QStringLiteral("user_data"));
    /// Null if there is none.
    [[nodiscard]] QByteArray contentOf(const QString &fileId) const;
    /// The ids of the files that a listing has.
    QStringList list(const QByteArray &query);

    longshore::sandbox::ServiceClock m_clock;
    longshore::sandbox::Store m_store;
    longshore::sandbox::FileTable m_files;
    longshore::sandbox::UploadTable m_uploads;
};
