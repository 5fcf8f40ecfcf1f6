#pragma once

#include <QJsonObject>
#include <QList>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>

namespace longshore {

class FakeReply;

/// What a fake service answers to one request.
struct FakeAnswer
{
    /// 0 with a network error: there was no answer.
    int status = 200;
    QList<QNetworkReply::RawHeaderPair> headers;
    QByteArray body;
    /// NoError: what Qt makes of the status.
    QNetworkReply::NetworkError networkError = QNetworkReply::NoError;
    QString errorText;
    /// Nothing is answered until FakeReply::answer() or abort().
    bool held = false;

    static FakeAnswer json(const QJsonObject &object, int status = 200);
    /// An error in OpenAI's shape.
    static FakeAnswer refusal(int status, const QString &code, const QString &message);
    /// No answer at all, such as ConnectionRefusedError.
    static FakeAnswer broken(QNetworkReply::NetworkError error, const QString &text = {});
    static FakeAnswer hold();
    /// The same with one more header.
    FakeAnswer with(const QByteArray &name, const QByteArray &value) const;
};

/// One request as the fake service received it.
struct FakeRequest
{
    QByteArray verb; ///< GET, POST, …
    QNetworkRequest request;
    QString path; ///< of the URL, decoded
    /// create, part, complete, cancel, files or other, by the path.
    QString call;
    /// From 1, in order of arrival among all requests, and among those of the same call.
    int number = 0;
    int nth = 0;
    bool hasBody = false; ///< a device was handed over, even an empty one
    qint64 bodySize = 0; ///< size that was announced: Content-Length, or else the device's
    /// What was read of the body so far; all of it when the handler is asked, unless limited.
    QByteArray body;
    QPointer<FakeReply> reply;

    /// ID in …/uploads/ID/….
    QString uploadId() const;
    /// The body as JSON; empty if it is none.
    QJsonObject json() const;
};

/// What the Uploads service would answer: ids are upload_NUMBER, part_NUMBER and file-NUMBER of the
/// request. An upload is created at `createdAt` (Unix seconds) and lives for 3600 s.
FakeAnswer standardAnswer(const FakeRequest &request, qint64 createdAt = 1'800'000'000);

} // namespace longshore
