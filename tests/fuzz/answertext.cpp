#include "fuzz/answertext.h"

#include <QMetaEnum>

namespace longshore::fuzz {

namespace {

QNetworkReply::NetworkError networkErrorOf(qint64 number)
{
    const auto known = QMetaEnum::fromType<QNetworkReply::NetworkError>();
    if (number < 0 || number > QNetworkReply::UnknownServerError
        || !known.valueToKey(static_cast<int>(number)))
        return QNetworkReply::NoError;
    return static_cast<QNetworkReply::NetworkError>(number);
}

} // namespace

QList<QNetworkReply::RawHeaderPair> takeHeaders(Lines *lines)
{
    QList<QNetworkReply::RawHeaderPair> headers;
    while (!lines->atEnd()) {
        QByteArrayView value = lines->next();
        if (value.isEmpty())
            break;
        const QByteArrayView name = takeWord(&value, ':');
        headers.append({name.toByteArray(), value.toByteArray()});
    }
    return headers;
}

RawAnswer answerFrom(QByteArrayView text)
{
    Lines lines(text);
    QByteArrayView first = lines.next();
    RawAnswer raw;
    raw.status = static_cast<int>(numberIn(takeWord(&first)));
    raw.networkError = networkErrorOf(numberIn(takeWord(&first)));
    raw.oversized = numberIn(takeWord(&first)) != 0;
    raw.networkErrorText = QString::fromUtf8(first);
    raw.headers = takeHeaders(&lines);
    raw.body = lines.rest().toByteArray();
    return raw;
}

} // namespace longshore::fuzz
