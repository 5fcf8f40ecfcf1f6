// What main() of the program does first, in each test program.

#include "platform/tlscleanup.h"

namespace {

[[maybe_unused]] const bool isCalm = [] {
    longshore::leaveTlsUncleanedAtExit();
    return true;
}();

} // namespace
