#include "queue/filerefusal.h"

#include <QCoreApplication>

namespace longshore {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

} // namespace

std::optional<ApiError> sizeRefusal(const QString &name, qint64 bytes, qint64 mostBytes)
{
    ApiError error;
    error.kind = ErrorKind::File;
    if (bytes == 0) {
        error.message = tr("“%1” is empty; there is nothing to upload.").arg(name);
        return error;
    }
    if (bytes <= mostBytes)
        return std::nullopt;
    error.message = tr("“%1” has %2 bytes; an upload can have at most %3.")
                        .arg(name, QString::number(bytes), QString::number(mostBytes));
    error.advice = tr("Split the file, or compress it if its purpose allows that.");
    return error;
}

} // namespace longshore
