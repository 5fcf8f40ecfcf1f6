#pragma once

#include "queue/filelock.h"

namespace longshore {

/// Keeps two processes off one upload. Released when destroyed, and by the system when the process
/// dies.
class UploadLock
{
public:
    /// Takes MATCHKEY's byte in one of the files in DIR/locks (folders 0700), after giving up what
    /// this object held. Empty if taken; otherwise a sentence that says which process holds it, or
    /// why it can't be had.
    QString take(const QString &dataDir, const QString &matchKey);
    /// Whether the last take() failed because somebody holds it, and not because the folder can't
    /// be written.
    bool isHeldElsewhere() const { return m_heldElsewhere; }
    /// Whether that somebody is another lock of this process.
    bool isHeldHere() const { return m_heldHere; }

private:
    FileLock m_lock;
    bool m_heldElsewhere = false;
    bool m_heldHere = false;
};

} // namespace longshore
