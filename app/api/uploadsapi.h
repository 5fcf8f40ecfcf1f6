#pragma once

#include "api/apicall.h"
#include "api/endpoint.h"
#include "api/objects.h"

#include <QByteArray>
#include <QStringList>

#include <functional>
#include <memory>

class QNetworkAccessManager;

namespace longshore {

/// The service's control calls over injected managers. Holds no state of any upload.
/// Belongs to the thread of the managers.
class UploadsApi
{
public:
    /// Asked for each call.
    using ManagerForCall = std::function<QNetworkAccessManager *()>;

    UploadsApi(Endpoint endpoint, ManagerForCall managerForCall);

    const Endpoint &endpoint() const { return m_endpoint; }

    std::unique_ptr<ApiCall> createUpload(const CreateUpload &create) const;
    /// `md5` as 32 hex digits; empty: not sent.
    std::unique_ptr<ApiCall> completeUpload(const QString &uploadId, const QStringList &partIds,
                                            const QByteArray &md5) const;
    std::unique_ptr<ApiCall> cancelUpload(const QString &uploadId) const;
    /// One page, newest first; `after` is the last id of the page before, or empty.
    std::unique_ptr<ApiCall> listFiles(const QString &purpose, const QString &after) const;
    std::unique_ptr<ApiCall> getFile(const QString &fileId) const;

    /// The request that adds a part; the caller posts it with a body of `bodyBytes` bytes.
    QNetworkRequest addPartRequest(const QString &uploadId, const QByteArray &contentType,
                                   qint64 bodyBytes) const;

private:
    std::unique_ptr<ApiCall> post(const QString &path, const QJsonObject &body) const;

    Endpoint m_endpoint;
    ManagerForCall m_managerForCall;
};

} // namespace longshore
