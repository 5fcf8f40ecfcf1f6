#pragma once

#include "transfer/uploadstate.h"

#include <QList>
#include <QStringList>

namespace longshore {

// What can be copied from selected uploads, an entry each. Pure.

QStringList fileIdsOf(const QList<UploadSnapshot> &uploads); ///< of those that have one
QStringList pathsOf(const QList<UploadSnapshot> &uploads);
QStringList errorReportsOf(const QList<UploadSnapshot> &uploads); ///< of those with an error

} // namespace longshore
