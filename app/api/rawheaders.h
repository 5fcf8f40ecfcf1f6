#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QNetworkReply>

#include <optional>

namespace longshore {

/// Value of the first header of that name in any case, without white space around it.
std::optional<QByteArray> headerValue(const QList<QNetworkReply::RawHeaderPair> &headers,
                                      QByteArrayView name);

/// A date as HTTP writes it, in UTC.
std::optional<QDateTime> httpDate(const QByteArray &text);

} // namespace longshore
