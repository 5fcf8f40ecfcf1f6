#pragma once

namespace longshore {

/// While one exists, a display that can't be had ends the program with a sentence and exit code 2,
/// where Qt would abort (and leave a core file). Make it before the application object.
class DisplayGuard final
{
public:
    DisplayGuard();
    ~DisplayGuard();
    DisplayGuard(const DisplayGuard &) = delete;
    DisplayGuard &operator=(const DisplayGuard &) = delete;
};

} // namespace longshore
