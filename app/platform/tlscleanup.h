#pragma once

namespace longshore {

/// Keeps OpenSSL from freeing its tables at the process's exit, where it runs against the ends of
/// threads that nobody can join (QThread's, curl's resolver's) and corrupts the heap:
/// https://github.com/openssl/openssl/issues/6214. The system takes the memory back anyway.
/// To be called before anything uses TLS; does nothing where Qt's TLS is not OpenSSL's.
void leaveTlsUncleanedAtExit();

} // namespace longshore
