#pragma once

#include "session/profile.h"
#include "session/settingsfile.h"

#include <optional>

namespace longshore {

/// Where the profile is between two runs: a group of the settings file. The key never is. Blocks
/// while it reads or writes.
class ProfileStore
{
public:
    /// `path` of the settings file, in a folder that exists.
    explicit ProfileStore(const QString &path);

    /// None if none was saved, or if it can't be understood: as at the first start. What is loaded
    /// may have a problem().
    std::optional<Profile> load() const;
    /// A sentence if it can't be saved.
    QString save(const Profile &profile) const;

private:
    SettingsFile m_file;
};

} // namespace longshore
