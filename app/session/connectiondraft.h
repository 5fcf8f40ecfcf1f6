#pragma once

#include "session/profile.h"

namespace longshore {

/// What the connection dialog holds while it is being filled in. A value.
struct ConnectionDraft
{
    Profile profile;
    QByteArray key; ///< entered; empty: the stored one
    bool keyStored = false; ///< there is one for the profile's account
    bool forgetKey = false; ///< the stored one is to be forgotten

    /// Why a connection can't be made, as a sentence; empty if it can.
    QString problem() const;
    /// Why it can't be accepted, as a sentence; empty if it can. To forget a key is no problem.
    QString acceptProblem() const;
};

} // namespace longshore
