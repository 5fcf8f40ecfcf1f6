#pragma once

#include <QByteArray>

#include <string_view>
#include <utility>
#include <vector>

namespace longshore::sandbox {

/// A header's value such as `form-data; name="data"; filename=x`.
struct HeaderValue
{
    QByteArray value; ///< before the first semicolon, lower case
    std::vector<std::pair<QByteArray, QByteArray>> parameters; ///< names in lower case

    /// The first parameter of this (lower case) name, or a null QByteArray.
    [[nodiscard]] QByteArray parameter(const QByteArray &name) const;
};

/// Reads quoted and unquoted parameters; what cannot be understood is left out.
HeaderValue parseHeaderValue(std::string_view text);

} // namespace longshore::sandbox
