#pragma once

#include <QCoreApplication>
#include <QString>

namespace longshore {

/// tr() for what is in no class, in the context "longshore", where lupdate looks for it.
inline QString tr(const char *text, const char *comment = nullptr, int count = -1)
{
    return QCoreApplication::translate("longshore", text, comment, count);
}

} // namespace longshore
