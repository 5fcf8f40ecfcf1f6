#pragma once

#include <QIcon>
#include <QString>

namespace longshore {

/// resources/icons/NAME.svg, painted in the text colour of the palette of the moment, so that it
/// follows a change between light and dark. GUI thread.
QIcon symbolIcon(const QString &name);

} // namespace longshore
