#pragma once

#include "session/profile.h"

#include <QUrl>

namespace longshore {

/// The address to enter in the profile so that the request goes to `target` at once; empty if none
/// suggests itself, or if it could not be used.
QUrl addressAfterRedirect(const Profile &profile, const QUrl &target);

/// What the base URL of a compatible server was probably meant to be when it is not found there;
/// empty if nothing suggests itself.
QUrl addressAfterNotFound(const Profile &profile);

} // namespace longshore
