#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QTcpSocket>

#include <utility>
#include <vector>

namespace longshore::sandbox {
class SandboxServer;
}

/// What a server sent back. Status 0 means that the connection ended before a whole head.
struct RawReply
{
    int status = 0;
    std::vector<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QByteArray body;
    bool isCut = false; ///< the connection ended before Content-Length bytes

    [[nodiscard]] QByteArray header(const QByteArray &name) const;
    [[nodiscard]] QJsonObject json() const;
    [[nodiscard]] QString id() const { return json().value(QLatin1StringView("id")).toString(); }
    /// A field of the error object.
    [[nodiscard]] QJsonValue error(const char *field) const;
};

/// A blocking HTTP client for tests that sends exactly what it is told, on one connection.
class SandboxClient
{
public:
    explicit SandboxClient(const longshore::sandbox::SandboxServer &server);

    /// Connects, if there is no connection.
    bool connect();
    bool send(const QByteArray &bytes);
    RawReply receive();
    [[nodiscard]] bool isClosedByServer();
    /// In place of receive(): whether the connection ends with a reset, before any answer.
    [[nodiscard]] bool isReset();
    /// Waits for the first byte of an answer and leaves it there.
    [[nodiscard]] bool hasAnswer(int timeoutMs);
    void abort();

    /// The head of a request, authorised, with these further header lines.
    [[nodiscard]] QByteArray head(const QByteArray &method, const QByteArray &path,
                                  const QByteArray &headerLines) const;
    RawReply request(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
                     const QByteArray &contentType = "application/json");

    RawReply create(qint64 bytes);
    RawReply addPart(const QString &uploadId, const QByteArray &data);
    RawReply complete(const QString &uploadId, const QStringList &partIds);

    /// multipart/form-data with the boundary `Bound`.
    [[nodiscard]] static QByteArray form(const QByteArray &data);
    [[nodiscard]] static QByteArray partPath(const QString &uploadId);

private:
    bool waitForMore();

    const quint16 m_port;
    const QByteArray m_key;
    QTcpSocket m_socket;
    QByteArray m_received;
};
