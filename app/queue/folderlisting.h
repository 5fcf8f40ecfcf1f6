#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace longshore {

/// A file that can be uploaded, as far as a look at it tells.
struct ListedFile
{
    QString path; ///< absolute, below what was given
    qint64 bytes = 0;
};

/// What was found and can't be uploaded.
struct RefusedPath
{
    QString path;
    QString reason; ///< a sentence
};

/// Finds the files to upload in what the user gave: files, and folders with all below them. Hidden
/// files and linked folders within a folder are passed over, and each file is taken once. All work
/// is done in a thread of its own that nobody waits for, so that a file system that is slow or
/// hangs stops neither the caller nor the destructor.
class FolderListing final : public QObject
{
    Q_OBJECT

public:
    struct Result
    {
        QList<ListedFile> files; ///< folders by name, with numbers by their value
        QList<RefusedPath> refused;
        bool stopped = false; ///< this is what was found by then
    };

    /// Files of more than `mostBytes` are refused.
    explicit FolderListing(qint64 mostBytes, QObject *parent = nullptr);
    ~FolderListing() override;

    /// Exactly one finished() answers, from the event loop. Ignored while it is under way.
    void start(const QStringList &paths);
    /// finished() comes with what was found by now, even if the file system hangs.
    void stop();
    bool isRunning() const { return m_shared != nullptr; }

    /// Threads of this process that are listing still, those too that nobody waits for. While there
    /// are any, the process must end without destructors of static objects (_Exit), which they may
    /// be using.
    static int threadsLeft();

Q_SIGNALS:
    /// At most ten times a second: at first, and after a change.
    void progress(int filesFound);
    void finished(const longshore::FolderListing::Result &result);

private Q_SLOTS:
    void deliver();

private:
    struct Shared;
    class Walk;

    void sayProgress();

    const qint64 m_mostBytes;
    std::shared_ptr<Shared> m_shared; ///< with the thread, which may outlive this
    QTimer m_progressTimer;
    int m_progressSaid = 0;
};

} // namespace longshore
