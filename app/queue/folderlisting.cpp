#include "queue/folderlisting.h"

#include "queue/filerefusal.h"

#include <QCollator>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QLocale>
#include <QSet>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

namespace longshore {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kProgressDistance = 100ms;

std::atomic<int> threadCount = 0;

} // namespace

/// What the thread has found, for both sides.
struct FolderListing::Shared
{
    std::mutex mutex;
    FolderListing *listing = nullptr; ///< guarded; null: it is gone, or deliver() was called
    Result result; ///< guarded
    std::atomic<bool> unwanted = false; ///< the thread ends when it can

    /// Any thread; the first call counts.
    void callDeliver()
    {
        const std::lock_guard lock(mutex);
        FolderListing *receiver = std::exchange(listing, nullptr);
        if (!receiver)
            return;
        result.stopped = unwanted;
        QMetaObject::invokeMethod(receiver, "deliver", Qt::QueuedConnection);
    }
};

/// The thread's side.
class FolderListing::Walk
{
public:
    Walk(std::shared_ptr<Shared> shared, qint64 mostBytes)
        : m_shared(std::move(shared))
        , m_mostBytes(mostBytes)
    {
        m_collator.setNumericMode(true);
    }

    void run(const QStringList &paths)
    {
        for (const QString &path : paths) {
            if (m_shared->unwanted)
                return;
            takeGiven(path);
        }
        m_shared->callDeliver();
    }

private:
    void takeGiven(const QString &given)
    {
        const QString path = QDir::cleanPath(QFileInfo(given).absoluteFilePath());
        const QFileInfo info(path);
        if (!info.exists())
            refuse(path, tr("“%1” does not exist.").arg(nameOf(path)));
        else if (info.isDir())
            takeFolder(path, info.canonicalFilePath());
        else
            takeFile(info, path, info.canonicalFilePath());
    }

    /// `real`: the path without links.
    void takeFolder(const QString &path, const QString &real)
    {
        if (isSeen(real))
            return;
        const QFileInfo info(path);
        if (!info.isReadable() || !info.isExecutable()) {
            refuse(path, tr("The folder “%1” can't be read.").arg(nameOf(path)));
            return;
        }
        const QDir folder(path);
        const QDir realFolder(real);
        for (const QString &name : namesIn(path)) {
            if (m_shared->unwanted)
                return;
            takeEntry(folder.filePath(name), realFolder.filePath(name));
        }
    }

    void takeEntry(const QString &path, const QString &real)
    {
        const QFileInfo info(path);
        const bool isLink = info.isSymLink();
        if (!info.exists())
            refuse(path, tr("“%1” does not exist.").arg(nameOf(path)));
        else if (!info.isDir())
            takeFile(info, path, isLink ? info.canonicalFilePath() : real);
        else if (!isLink)
            takeFolder(path, real);
    }

    void takeFile(const QFileInfo &info, const QString &path, const QString &real)
    {
        if (isSeen(real))
            return;
        const QString name = nameOf(path);
        if (!info.isFile()) {
            refuse(path, tr("“%1” is not a regular file.").arg(name));
        } else if (const auto refusal = sizeRefusal(name, info.size(), m_mostBytes)) {
            refuse(path, refusal->message);
        } else if (!info.isReadable()) {
            refuse(path, tr("“%1” can't be read: no permission.").arg(name));
        } else {
            const std::lock_guard lock(m_shared->mutex);
            m_shared->result.files.append({path, info.size()});
        }
    }

    /// Without a look at any of them.
    QStringList namesIn(const QString &path) const
    {
        QStringList names;
        QDirIterator entries(path, QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
        while (entries.hasNext() && !m_shared->unwanted) {
            entries.next();
            names.append(entries.fileName());
        }
        std::sort(names.begin(), names.end(), [this](const QString &left, const QString &right) {
            const int order = m_collator.compare(left, right);
            return order != 0 ? order < 0 : left < right;
        });
        return names;
    }

    void refuse(const QString &path, const QString &reason)
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->result.refused.append({path, reason});
    }

    bool isSeen(const QString &real)
    {
        const auto before = m_seen.size();
        m_seen.insert(real);
        return m_seen.size() == before;
    }

    static QString nameOf(const QString &path)
    {
        const QString name = QFileInfo(path).fileName();
        return name.isEmpty() ? path : name;
    }

    std::shared_ptr<Shared> m_shared;
    const qint64 m_mostBytes;
    /// Not the C locale's, which knows no numbers.
    QCollator m_collator{QLocale(QLocale::English)};
    QSet<QString> m_seen;
};

FolderListing::FolderListing(qint64 mostBytes, QObject *parent)
    : QObject(parent)
    , m_mostBytes(mostBytes)
{
    m_progressTimer.setInterval(kProgressDistance);
    connect(&m_progressTimer, &QTimer::timeout, this, &FolderListing::sayProgress);
}

FolderListing::~FolderListing()
{
    if (!m_shared)
        return;
    m_shared->unwanted = true;
    const std::lock_guard lock(m_shared->mutex);
    m_shared->listing = nullptr;
}

void FolderListing::start(const QStringList &paths)
{
    if (m_shared)
        return;
    m_shared = std::make_shared<Shared>();
    m_shared->listing = this;
    m_progressSaid = -1; // that none was found so far is said too: the disk may hang
    m_progressTimer.start();
    ++threadCount;
    std::thread([shared = m_shared, mostBytes = m_mostBytes, paths] {
        {
            Walk walk(shared, mostBytes);
            walk.run(paths);
        }
        --threadCount;
    }).detach();
}

void FolderListing::stop()
{
    if (!m_shared)
        return;
    m_shared->unwanted = true;
    m_shared->callDeliver();
}

int FolderListing::threadsLeft()
{
    return threadCount;
}

void FolderListing::deliver()
{
    m_progressTimer.stop();
    Result result;
    {
        const std::lock_guard lock(m_shared->mutex);
        result = std::move(m_shared->result);
    }
    m_shared.reset();
    Q_EMIT finished(result);
}

void FolderListing::sayProgress()
{
    int found = 0;
    {
        const std::lock_guard lock(m_shared->mutex);
        found = static_cast<int>(m_shared->result.files.size());
    }
    if (found != std::exchange(m_progressSaid, found))
        Q_EMIT progress(found);
}

} // namespace longshore
