#pragma once

#include <QTranslator>

namespace longshore {

/// The user's language, for as long as this exists: ours where there is a translation (English has
/// one too, for its plurals), and Qt's own texts. Needs the application object and initResources().
class Translations final
{
public:
    Translations();

private:
    QTranslator m_qt;
    QTranslator m_english; ///< where the user's language lacks a text
    QTranslator m_own;
};

} // namespace longshore
