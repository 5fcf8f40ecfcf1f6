#pragma once

#include "platform/colorscheme.h"

#include <QObject>

namespace longshore {

/// Light or dark as the desktop wants it, changed live, where Qt does not follow by itself: Qt 6.4
/// knows nothing of the portal's setting, and without a platform theme it is always light.
class Appearance final : public QObject
{
    Q_OBJECT

public:
    explicit Appearance(QObject *parent = nullptr);

private:
    void apply(ColorScheme::Preference preference);

    ColorScheme m_scheme;
    bool m_changed = false; ///< by us
};

} // namespace longshore
