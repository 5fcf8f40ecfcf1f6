#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace longshore {

/// A permutation of 0 … n-1 written as `2,0,1`. On anything else none, with a sentence in
/// `problem`.
std::optional<QList<int>> parseOrder(const QString &text, QString *problem);

/// A name as the service can keep it: not empty, not . or .., no slash, no control character, at
/// most 255 bytes of UTF-8.
bool isPlainFileName(const QString &name);

/// `type/subtype` of RFC 6838, with parameters refused.
bool isMimeType(const QString &text);

/// Could be a purpose: lower-case letters, digits, - and _, beginning with a letter. Whether it is
/// one is the service's to say.
bool isPurpose(const QString &text);

} // namespace longshore
