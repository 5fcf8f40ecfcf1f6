#pragma once

#include "transfer/uploadstate.h"

#include <QList>
#include <QStringList>

namespace longshore {

// What selected uploads make of the actions on them. Pure.
// What can be copied has an entry for each.

QStringList fileIdsOf(const QList<UploadSnapshot> &uploads); ///< of those that have one
QStringList pathsOf(const QList<UploadSnapshot> &uploads);
QStringList errorReportsOf(const QList<UploadSnapshot> &uploads); ///< of those with an error

} // namespace longshore
