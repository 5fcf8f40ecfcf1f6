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

/// What trying again means for those of them that can be tried again: "&Try Again", "&Start Again"
/// or "Loo&k Again", where it means the same for all.
QString retryText(const QList<UploadSnapshot> &uploads);

} // namespace longshore
