#include "api/uploadsapi.h"

#include "api/onetimebody.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// As many as surely fit into an answer of kMaxAnswerBytes, even with the longest names.
constexpr int kFilesPerPage = 500;

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QString uploadPath(const QString &uploadId, QLatin1StringView call)
{
    return u"uploads/%1/%2"_s.arg(encoded(uploadId), call);
}

} // namespace

UploadsApi::UploadsApi(Endpoint endpoint, ManagerForCall managerForCall)
    : m_endpoint(std::move(endpoint))
    , m_managerForCall(std::move(managerForCall))
{
}

std::unique_ptr<ApiCall> UploadsApi::createUpload(const CreateUpload &create) const
{
    QJsonObject body{{u"filename"_s, create.filename},
                     {u"purpose"_s, create.purpose},
                     {u"bytes"_s, create.bytes},
                     {u"mime_type"_s, create.mimeType}};
    if (create.expiresAfter) {
        body.insert(u"expires_after"_s,
                    QJsonObject{{u"anchor"_s, u"created_at"_s},
                                {u"seconds"_s, qint64{create.expiresAfter->count()}}});
    }
    return post(u"uploads"_s, body);
}

std::unique_ptr<ApiCall> UploadsApi::completeUpload(const QString &uploadId,
                                                    const QStringList &partIds,
                                                    const QByteArray &md5) const
{
    QJsonObject body{{u"part_ids"_s, QJsonArray::fromStringList(partIds)}};
    if (!md5.isEmpty())
        body.insert(u"md5"_s, QString::fromLatin1(md5));
    return post(uploadPath(uploadId, "complete"_L1), body);
}

std::unique_ptr<ApiCall> UploadsApi::cancelUpload(const QString &uploadId) const
{
    // Not post(): for a POST without a Content-Type Qt adds one of its own as soon as the URL has a
    // query, and without a body it moves that query into the body.
    QNetworkRequest request = m_endpoint.request(uploadPath(uploadId, "cancel"_L1));
    request.setHeader(QNetworkRequest::ContentLengthHeader, 0);
    return std::make_unique<ApiCall>(
        m_managerForCall()->sendCustomRequest(request, "POST"_ba, QByteArray()));
}

std::unique_ptr<ApiCall> UploadsApi::listFiles(const QString &purpose, const QString &after) const
{
    QUrlQuery query;
    query.addQueryItem(u"purpose"_s, encoded(purpose));
    query.addQueryItem(u"limit"_s, QString::number(kFilesPerPage));
    query.addQueryItem(u"order"_s, u"desc"_s);
    if (!after.isEmpty())
        query.addQueryItem(u"after"_s, encoded(after));
    return std::make_unique<ApiCall>(
        m_managerForCall()->get(m_endpoint.request(u"files"_s, query)));
}

std::unique_ptr<ApiCall> UploadsApi::getFile(const QString &fileId) const
{
    return std::make_unique<ApiCall>(
        m_managerForCall()->get(m_endpoint.request(u"files/%1"_s.arg(encoded(fileId)))));
}

QNetworkRequest UploadsApi::addPartRequest(const QString &uploadId, const QByteArray &contentType,
                                           qint64 bodyBytes) const
{
    QNetworkRequest request = m_endpoint.request(uploadPath(uploadId, "parts"_L1));
    request.setHeader(QNetworkRequest::ContentTypeHeader, contentType);
    request.setHeader(QNetworkRequest::ContentLengthHeader, bodyBytes);
    return request;
}

std::unique_ptr<ApiCall> UploadsApi::post(const QString &path, const QJsonObject &body) const
{
    QNetworkRequest request = m_endpoint.request(path);
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
    auto *content = new OneTimeBody(QJsonDocument(body).toJson(QJsonDocument::Compact));
    QNetworkReply *reply = m_managerForCall()->post(request, content);
    content->setParent(reply);
    return std::make_unique<ApiCall>(reply);
}

} // namespace longshore
