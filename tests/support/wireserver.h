#pragma once

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QSslKey>
#include <QTcpServer>
#include <QUrl>

namespace longshore {

/// An HTTP server on loopback that keeps what came over the wire, byte for byte, and answers every
/// request with the same bytes.
class WireServer final : public QTcpServer
{
    Q_OBJECT

public:
    /// Listens on a free port of 127.0.0.1; `answer` is the whole answer, headers included.
    explicit WireServer(const QByteArray &answer, QObject *parent = nullptr);

    /// From now on connections speak TLS, with this certificate.
    void encrypt(const QSslCertificate &certificate, const QSslKey &key);

    /// http://127.0.0.1:PORT, or https, with `path` behind it.
    QUrl url(const QString &path = {}) const;
    /// Complete requests so far: head and body as they came.
    const QList<QByteArray> &requests() const { return m_requests; }

    /// 200 with a body of JSON and the connection kept.
    static QByteArray jsonAnswer(const QByteArray &json);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void accept();
    void takeRequests(QByteArray &received, QTcpSocket &socket);

    QByteArray m_answer;
    QSslCertificate m_certificate;
    QSslKey m_key;
    QList<QByteArray> m_requests;
};

/// Lines of a request's head that begin with that header's name, in any case.
QList<QByteArray> headerLines(const QByteArray &request, const QByteArray &name);

} // namespace longshore
