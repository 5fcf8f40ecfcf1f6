#pragma once

#include "support/fakeanswer.h"

#include <QHash>
#include <QNetworkAccessManager>

#include <functional>

namespace longshore {

class FakeAccessManager;

/// A reply that the fake manager made; finishes from the event loop only, except for abort().
class FakeReply final : public QNetworkReply
{
    Q_OBJECT

public:
    FakeReply(FakeAccessManager &service, qsizetype index, QIODevice *outgoing);
    ~FakeReply() override;

    /// Answers a held request, or one whose body is still being read; once, from the event loop.
    void answer(const FakeAnswer &answer);
    /// Reads up to `bytes` more of the body, as they become ready; emits uploadProgress().
    void readMore(qint64 bytes);

    void abort() override;
    qint64 bytesAvailable() const override;
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 maxSize) override;

private:
    void readBody();
    void bodyRead();
    void deliver(const FakeAnswer &answer);
    void end(NetworkError error, const QString &text);

    FakeAccessManager &m_service;
    qsizetype m_index;
    QPointer<QIODevice> m_outgoing;
    bool m_hadBody = false;
    qint64 m_readLimit = 0;
    qint64 m_bodyBytes = 0;
    bool m_asked = false;
    bool m_ended = false;
    QByteArray m_content;
    qint64 m_contentRead = 0;
};

/// A network access manager without a network: a function decides each answer. Records all
/// requests. Everything happens in its thread, in the order of the event loop.
class FakeAccessManager final : public QNetworkAccessManager
{
    Q_OBJECT

public:
    using Handler = std::function<FakeAnswer(const FakeRequest &)>;
    using BodyLimit = std::function<qint64(const FakeRequest &)>;

    /// `handler` is asked once the body was read.
    explicit FakeAccessManager(
        Handler handler = [](const FakeRequest &r) { return standardAnswer(r); },
        QObject *parent = nullptr);
    ~FakeAccessManager() override;

    void setHandler(Handler handler) { m_handler = std::move(handler); }
    /// How much of a request's body is read before the handler is asked, in bytes: -1 all of it,
    /// which is the default, 0 nothing. Asked when the request is made.
    void setBodyLimit(BodyLimit limit) { m_bodyLimit = std::move(limit); }
    /// What each reply made from now on bears from its beginning.
    void setReplyAttribute(QNetworkRequest::Attribute attribute, const QVariant &value)
    {
        m_replyAttributes.insert(attribute, value);
    }

    /// All requests from the first, or those of a call.
    const QList<FakeRequest> &requests() const { return m_requests; }
    QList<FakeRequest> requests(const QString &call) const;
    int count(const QString &call) const { return static_cast<int>(requests(call).size()); }
    int countPath(const QString &path) const;
    /// Of all requests, that were read so far.
    qint64 bodyBytes() const { return m_bodyBytes; }
    /// Requests that are not finished; of a call, or of all where it is empty.
    int pending(const QString &call = {}) const;
    /// The most that were pending at once.
    int peak(const QString &call = {}) const { return m_peak.value(call); }
    /// Replies that wait for FakeReply::answer(), in order of arrival.
    QList<FakeReply *> held(const QString &call = {}) const;

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request,
                                 QIODevice *outgoingData) override;

private:
    friend class FakeReply;
    void ended(qsizetype index);
    void hold(qsizetype index, bool held);

    Handler m_handler;
    BodyLimit m_bodyLimit;
    QHash<QNetworkRequest::Attribute, QVariant> m_replyAttributes;
    QList<FakeRequest> m_requests;
    QList<qsizetype> m_held;
    qint64 m_bodyBytes = 0;
    QHash<QString, int> m_pending;
    QHash<QString, int> m_peak;
};

} // namespace longshore
