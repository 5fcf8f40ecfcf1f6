#include "ui/queue/typeicon.h"

#include "queue/purposes.h"
#include "ui/symbolicon.h"

#include <QHash>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString symbolOf(const QString &filename, const QString &mimeType)
{
    if (isJsonl(filename))
        return u"file-jsonl"_s;
    if (mimeType.startsWith("image/"_L1))
        return u"file-image"_s;
    if (mimeType.startsWith("audio/"_L1) || mimeType.startsWith("video/"_L1))
        return u"file-audio"_s;
    if (mimeType.contains("zip"_L1) || mimeType.contains("tar"_L1)
        || mimeType.contains("compressed"_L1))
        return u"file-archive"_s;
    if (mimeType.startsWith("text/x-"_L1) || mimeType.contains("script"_L1)
        || mimeType.endsWith("json"_L1))
        return u"file-code"_s;
    if (mimeType.startsWith("text/"_L1) || mimeType == "application/pdf"_L1)
        return u"file-text"_s;
    return u"file"_s;
}

} // namespace

QIcon typeIcon(const QString &filename, const QString &mimeType, bool combined)
{
    // Made once each: rows are painted often.
    static QHash<QString, QIcon> icons;
    const QString symbol = combined ? u"file-combined"_s : symbolOf(filename, mimeType);
    QIcon &icon = icons[symbol];
    if (icon.isNull())
        icon = symbolIcon(symbol);
    return icon;
}

} // namespace longshore
