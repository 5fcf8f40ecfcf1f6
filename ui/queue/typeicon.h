#pragma once

#include <QIcon>
#include <QString>

namespace longshore {

/// The symbol of a kind of file, by its name and MIME type.
QIcon typeIcon(const QString &filename, const QString &mimeType, bool combined);

} // namespace longshore
