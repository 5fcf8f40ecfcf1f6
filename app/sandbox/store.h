#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonObject>
#include <QLockFile>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace longshore::sandbox {

/// The content of a part while it is received. Removed from the disk again unless keep() is called.
class PartFile
{
public:
    explicit PartFile(const QString &path);
    ~PartFile();
    PartFile(const PartFile &) = delete;
    PartFile &operator=(const PartFile &) = delete;

    bool open();
    bool write(std::string_view data);
    /// Closes the file and leaves it where it is. False if the last bytes could not be written.
    bool keep();

private:
    QFile m_file;
    bool m_isKept = false;
};

/// The sandbox's folder: `files` for what is completed, and a folder of this start's own for the
/// parts. Every name in it is an id that the sandbox made. Files are 0600 and folders 0700.
///
/// Parts are files of their own. A completed upload is its first part's file with the others
/// appended to it, so that an upload of one part is not copied at all. Thread-safe once open, as
/// long as an upload's parts are not assembled and discarded at the same time.
class Store
{
public:
    /// Does what takes long, such as deleting; at once if it is not given.
    using Background = std::function<void(std::function<void()>)>;

    explicit Store(Background background = {});
    ~Store();

    /// An empty `dataDir` stands for a temporary folder.
    bool open(const QString &dataDir, QString *error);
    /// Removes the parts, and the temporary folder if there is one.
    void close();
    /// Makes assemble() stop soon, so that a stop need not wait for 8 GB.
    void abort() { m_isAborted = true; }

    [[nodiscard]] QString filesDir() const { return m_filesDir; }

    /// Makes room for an upload's parts.
    bool addUpload(const QString &uploadId) const;
    [[nodiscard]] std::unique_ptr<PartFile> newPart(const QString &uploadId,
                                                    const QString &partId) const;
    void discardUpload(const QString &uploadId) const;

    enum class Assembly { Done, Md5Differs, Failed };
    /// Joins the parts in this order into the file and writes its object beside it. Takes long.
    /// The parts are untouched unless it is done. `md5` is hexadecimal, or null.
    Assembly assemble(const QString &uploadId, const QStringList &partIds, const QString &md5,
                      const QJsonObject &fileObject) const;

    /// The objects of the files of earlier starts, oldest first.
    [[nodiscard]] std::vector<QJsonObject> loadFiles() const;
    /// Null if it is not there.
    [[nodiscard]] std::unique_ptr<QFile> openFile(const QString &fileId) const;
    void removeFile(const QString &fileId) const;

private:
    [[nodiscard]] QString uploadDir(const QString &uploadId) const;
    [[nodiscard]] QString filePath(const QString &fileId) const;
    [[nodiscard]] QString objectPath(const QString &fileId) const;
    void removeLeftovers(const QString &dataDir) const;
    bool writeObject(const QJsonObject &fileObject) const;
    void runInBackground(std::function<void()> work) const;

    const Background m_background;
    std::atomic<bool> m_isAborted{false};
    std::unique_ptr<QTemporaryDir> m_temporaryDir;
    std::unique_ptr<QLockFile> m_lock; ///< tells other starts that the parts' folder is in use
    QString m_filesDir;
    QString m_partsDir;
};

} // namespace longshore::sandbox
