#include "platform/nativesleep.h"

#include <QString>

#if defined(Q_OS_WIN)
#include <windows.h>
#elif defined(Q_OS_MACOS)
#include <IOKit/pwr_mgt/IOPMLib.h>
#endif

namespace longshore {

#if defined(Q_OS_WIN)
// Untested.
bool inhibitSleepNatively(bool inhibit, const QString &)
{
    SetThreadExecutionState(inhibit ? ES_CONTINUOUS | ES_SYSTEM_REQUIRED : ES_CONTINUOUS);
    return true;
}
#elif defined(Q_OS_MACOS)
// Untested.
bool inhibitSleepNatively(bool inhibit, const QString &reason)
{
    static IOPMAssertionID assertion = kIOPMNullAssertionID;
    if (assertion != kIOPMNullAssertionID)
        IOPMAssertionRelease(assertion);
    assertion = kIOPMNullAssertionID;
    if (!inhibit)
        return true;
    CFStringRef name = reason.toCFString();
    IOPMAssertionCreateWithName(kIOPMAssertionTypePreventUserIdleSystemSleep, kIOPMAssertionLevelOn,
                                name, &assertion);
    CFRelease(name);
    return true;
}
#else
bool inhibitSleepNatively(bool, const QString &)
{
    return false;
}
#endif

} // namespace longshore
