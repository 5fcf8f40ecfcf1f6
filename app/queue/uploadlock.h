#pragma once

#include <QString>

#include <memory>

class QLockFile;

namespace longshore {

/// Keeps two processes off one upload. Released when destroyed, and by the system when the process
/// dies.
class UploadLock
{
public:
    UploadLock();
    ~UploadLock();
    Q_DISABLE_COPY_MOVE(UploadLock)

    /// Takes DIR/locks/MATCHKEY.lock (folders 0700), after giving up what this object held. Empty
    /// if taken; otherwise a sentence that says who holds it (program, process id, host), or why it
    /// can't be had: each is an open file, of which some are left for other work.
    QString take(const QString &dataDir, const QString &matchKey);
    /// Whether the last take() failed because somebody holds it, and not because the folder can't
    /// be written.
    bool isHeldElsewhere() const { return m_heldElsewhere; }
    /// Whether that somebody is another lock of this process.
    bool isHeldHere() const { return m_heldHere; }

private:
    void release();

    std::unique_ptr<QLockFile> m_file;
    bool m_heldElsewhere = false;
    bool m_heldHere = false;
};

} // namespace longshore
