#include "ui/connection/resulttext.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

QString resultText(const ConnectionResult &result)
{
    QStringList sentences{result.sentence, result.advice};
    sentences.removeAll(QString());
    QStringList paragraphs{sentences.join(u' '), result.details};
    paragraphs.removeAll(QString());
    return paragraphs.join(u'\n');
}

} // namespace longshore
