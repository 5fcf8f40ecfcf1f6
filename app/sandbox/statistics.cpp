#include "statistics.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

QByteArray SandboxStatistics::toJson() const
{
    const QJsonObject object{
        {u"requests"_s,
         QJsonObject{{u"create"_s, requests.create},
                     {u"part"_s, requests.part},
                     {u"complete"_s, requests.complete},
                     {u"cancel"_s, requests.cancel},
                     {u"files"_s, requests.files}}},
        {u"peak_parts"_s, peakParts},
        {u"uploads"_s,
         QJsonObject{{u"pending"_s, uploads.pending},
                     {u"completed"_s, uploads.completed},
                     {u"cancelled"_s, uploads.cancelled},
                     {u"expired"_s, uploads.expired}}},
        {u"files"_s, files},
    };
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace longshore::sandbox
