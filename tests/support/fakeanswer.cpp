#include "support/fakeanswer.h"

#include "support/fakeaccessmanager.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLifeSeconds = 3600;

} // namespace

FakeAnswer FakeAnswer::json(const QJsonObject &object, int status)
{
    FakeAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type"_ba, "application/json"_ba}};
    answer.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return answer;
}

FakeAnswer FakeAnswer::refusal(int status, const QString &code, const QString &message)
{
    const QJsonObject error{{u"message"_s, message},
                            {u"type"_s, u"invalid_request_error"_s},
                            {u"param"_s, QJsonValue::Null},
                            {u"code"_s, code}};
    return json({{u"error"_s, error}}, status);
}

FakeAnswer FakeAnswer::broken(QNetworkReply::NetworkError error, const QString &text)
{
    FakeAnswer answer;
    answer.status = 0;
    answer.networkError = error;
    answer.errorText = text;
    return answer;
}

FakeAnswer FakeAnswer::hold()
{
    FakeAnswer answer;
    answer.held = true;
    return answer;
}

FakeAnswer FakeAnswer::with(const QByteArray &name, const QByteArray &value) const
{
    FakeAnswer answer = *this;
    answer.headers.append({name, value});
    return answer;
}

QString FakeRequest::uploadId() const
{
    const QString start = u"/uploads/"_s;
    const qsizetype at = path.indexOf(start);
    return at < 0 ? QString() : path.mid(at + start.size()).section(u'/', 0, 0);
}

QJsonObject FakeRequest::json() const
{
    return QJsonDocument::fromJson(body).object();
}

FakeAnswer standardAnswer(const FakeRequest &request, qint64 createdAt)
{
    const QString number = QString::number(request.number);
    QJsonObject upload{{u"object"_s, u"upload"_s},
                       {u"id"_s, request.uploadId()},
                       {u"created_at"_s, createdAt},
                       {u"expires_at"_s, createdAt + kLifeSeconds}};
    if (request.call == "create"_L1) {
        const QJsonObject wanted = request.json();
        for (const QString &key : {u"bytes"_s, u"filename"_s, u"purpose"_s})
            upload.insert(key, wanted.value(key));
        upload.insert(u"id"_s, QString(u"upload_"_s + number));
        upload.insert(u"status"_s, u"pending"_s);
        return FakeAnswer::json(upload);
    }
    if (request.call == "part"_L1) {
        return FakeAnswer::json({{u"object"_s, u"upload.part"_s},
                                 {u"id"_s, QString(u"part_"_s + number)},
                                 {u"created_at"_s, createdAt},
                                 {u"upload_id"_s, request.uploadId()}});
    }
    if (request.call == "complete"_L1) {
        upload.insert(u"status"_s, u"completed"_s);
        upload.insert(u"file"_s,
                      QJsonObject{{u"object"_s, u"file"_s},
                                  {u"id"_s, QString(u"file-"_s + number)},
                                  {u"created_at"_s, createdAt},
                                  {u"status"_s, u"processed"_s}});
        return FakeAnswer::json(upload);
    }
    if (request.call == "cancel"_L1) {
        upload.insert(u"status"_s, u"cancelled"_s);
        return FakeAnswer::json(upload);
    }
    if (request.path.endsWith("/files"_L1)) {
        return FakeAnswer::json(
            {{u"object"_s, u"list"_s}, {u"data"_s, QJsonArray()}, {u"has_more"_s, false}});
    }
    return FakeAnswer::json(
        {{u"object"_s, u"file"_s}, {u"id"_s, request.path.section(u'/', -1)}});
}

} // namespace longshore
