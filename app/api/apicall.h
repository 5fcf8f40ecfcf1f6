#pragma once

#include "api/objects.h"

#include <QObject>
#include <QPointer>

class QNetworkReply;

namespace longshore {

/// One request under way. Owns the reply; answers exactly once through finished(), never from
/// inside the constructor; destroyed earlier it aborts and answers never. May be destroyed in a
/// slot of its own signals. Reads at most kMaxAnswerBytes. Belongs to the thread of its manager,
/// which must outlive it.
class ApiCall final : public QObject
{
    Q_OBJECT

public:
    /// Takes ownership of `reply`.
    explicit ApiCall(QNetworkReply *reply, QObject *parent = nullptr);
    ~ApiCall() override;

Q_SIGNALS:
    /// Bytes of the request's body that have left, as far as the transport knows.
    void progressed(qint64 sent);
    void finished(const longshore::ApiAnswer &answer);

private:
    void read(QNetworkReply &reply);
    void readSome();
    void finish();

    /// Null once finished: the reply goes when the event loop is back.
    QPointer<QNetworkReply> m_reply;
    QByteArray m_body;
    bool m_oversized = false;
};

} // namespace longshore
