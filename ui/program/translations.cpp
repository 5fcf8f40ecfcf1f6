#include "ui/program/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace longshore {

using namespace Qt::StringLiterals;

Translations::Translations()
{
    const QString folder = QCoreApplication::applicationDirPath()
        + u"/" LONGSHORE_DATA_FROM_WINDOW_DIR "/translations"_s;
    const QLocale language;
    // The last one installed is asked first.
    if (m_english.load(u"longshore_en"_s, folder))
        QCoreApplication::installTranslator(&m_english);
    if (m_qt.load(language, u"qtbase"_s, u"_"_s,
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    if (language.language() != QLocale::English
        && m_own.load(language, u"longshore"_s, u"_"_s, folder))
        QCoreApplication::installTranslator(&m_own);
}

} // namespace longshore
