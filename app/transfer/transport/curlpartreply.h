#pragma once

#include <QNetworkReply>

#include <memory>

namespace longshore {

class CurlTransfer;

/// The QNetworkReply of a part that libcurl sends. What it promises is written at
/// PartAccessManager.
class CurlPartReply final : public QNetworkReply
{
    Q_OBJECT

public:
    /// The transfer is to be started by the caller, after this.
    CurlPartReply(QObject *parent, const QNetworkRequest &request,
                  std::unique_ptr<CurlTransfer> transfer);
    ~CurlPartReply() override;

    void abort() override;
    void close() override;
    qint64 bytesAvailable() const override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;

private:
    void takeAnswer();
    void takeHead();
    void conclude();
    void report(qint64 acknowledged);
    void end(NetworkError error, const QString &text);
    void dropTransfer();
    std::pair<NetworkError, QString> outcome() const;

    std::unique_ptr<CurlTransfer> m_transfer;
    QByteArray m_answer;
    qint64 m_reported = -1;
    bool m_headTaken = false;
    bool m_ended = false;
};

} // namespace longshore
