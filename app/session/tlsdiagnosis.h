#pragma once

#include "session/connectiondiagnosis.h"

namespace longshore {

/// What is wrong with the certificate of `host`, or with its TLS altogether if there is no error
/// in the list; `transportText` is what the TLS library says.
ConnectionResult diagnoseTls(const QString &host, const QList<QSslError> &errors,
                             const QString &transportText);

} // namespace longshore
