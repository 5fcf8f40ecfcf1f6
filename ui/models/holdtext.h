#pragma once

#include "transfer/uploadstate.h"

#include <QString>

namespace longshore {

// What the bar says that is above the parts of an upload. Pure; `nowMs` is Unix ms of our clock.

/// Whether the user can still say that the upload is to stop at ready.
bool mayBeHeld(const UploadSnapshot &upload);
/// Whether the parts may be put into another order by the user: only in a held upload, where
/// nothing completes it in the middle of that.
bool mayBeArranged(const UploadSnapshot &upload);
/// "expires in 43 min", "completes by itself in 41 min"; empty while no end is known.
QString countdownText(const UploadSnapshot &upload, qint64 nowMs);
/// All parts are there, and the md5 is what is waited for or soon will be.
bool waitsForChecksum(const UploadSnapshot &upload);
/// "checksum 43 %"
QString checksumText(const UploadSnapshot &upload);

} // namespace longshore
