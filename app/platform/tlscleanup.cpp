#include "platform/tlscleanup.h"

#ifdef LONGSHORE_OPENSSL
#include <openssl/crypto.h>
#endif

namespace longshore {

void leaveTlsUncleanedAtExit()
{
#ifdef LONGSHORE_OPENSSL
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
#endif
}

} // namespace longshore
