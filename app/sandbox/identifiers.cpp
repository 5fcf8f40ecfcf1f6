#include "identifiers.h"

#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

QString randomId(QLatin1StringView prefix, int length, QLatin1StringView digits)
{
    QString id(prefix);
    for (int i = 0; i < length; ++i)
        id += digits.at(QRandomGenerator::system()->bounded(digits.size()));
    return id;
}

} // namespace

QString randomHexId(QLatin1StringView prefix, int length)
{
    return randomId(prefix, length, "0123456789abcdef"_L1);
}

QString randomAlphanumericId(QLatin1StringView prefix, int length)
{
    return randomId(prefix, length,
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"_L1);
}

} // namespace longshore::sandbox
