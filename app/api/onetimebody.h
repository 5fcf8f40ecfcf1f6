#pragma once

#include <QByteArray>
#include <QIODevice>

namespace longshore {

/// A request's body that can be read once. Qt repeats a request by itself, without telling, when
/// the connection ends before an answer; with this body it ends with ContentReSendError in place of
/// that. Whether the service may be asked once more is not Qt's to decide.
class OneTimeBody final : public QIODevice
{
    Q_OBJECT

public:
    explicit OneTimeBody(QByteArray content, QObject *parent = nullptr);

    qint64 size() const override { return m_content.size(); }
    /// False for what has been read.
    bool seek(qint64 pos) override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;

private:
    const QByteArray m_content;
    qint64 m_given = 0;
};

} // namespace longshore
