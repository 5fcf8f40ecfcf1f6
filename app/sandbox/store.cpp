#include "store.h"

#include "fileappender.h"
#include "identifiers.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

constexpr QFile::Permissions FilePermissions = QFile::ReadOwner | QFile::WriteOwner;
constexpr QFile::Permissions DirPermissions = FilePermissions | QFile::ExeOwner;
/// An object of ours has some hundred bytes; anything much larger beside the files is not ours.
constexpr qint64 MaximumObjectBytes = 64 * 1024;

bool makePrivateDir(const QString &path)
{
    if (!QFileInfo(path).isDir()
        && (!QDir().mkpath(QFileInfo(path).absolutePath()) || !QDir().mkdir(path, DirPermissions)))
        return QFileInfo(path).isDir();
    return true;
}

} // namespace

PartFile::PartFile(const QString &path)
    : m_file(path)
{
}

PartFile::~PartFile()
{
    if (!m_isKept)
        m_file.remove();
}

bool PartFile::open()
{
    return m_file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
                       FilePermissions);
}

bool PartFile::write(std::string_view data)
{
    return m_file.write(data.data(), static_cast<qint64>(data.size()))
        == static_cast<qint64>(data.size());
}

bool PartFile::keep()
{
    m_file.close();
    m_isKept = m_file.error() == QFile::NoError;
    return m_isKept;
}

Store::Store(Background background)
    : m_background(std::move(background))
{
}

Store::~Store()
{
    close();
}

bool Store::open(const QString &dataDir, QString *error)
{
    QString root = QDir(dataDir).absolutePath();
    if (dataDir.isEmpty()) {
        m_temporaryDir =
            std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/longshore-sandbox-XXXXXX"_s);
        root = m_temporaryDir->path();
    } else {
        makePrivateDir(root);
        removeLeftovers(root);
    }
    m_filesDir = root + u"/files"_s;
    m_partsDir = root + u'/' + randomHexId("parts-"_L1, 16);
    m_lock = std::make_unique<QLockFile>(m_partsDir + u".lock"_s);
    m_lock->setStaleLockTime(0); // only a dead process' lock is stale
    if (!m_lock->tryLock(0) || !makePrivateDir(m_filesDir) || !makePrivateDir(m_partsDir)) {
        *error = u"The sandbox cannot write to the folder %1."_s.arg(root);
        close();
        return false;
    }
    return true;
}

void Store::close()
{
    if (m_lock && m_lock->isLocked()) {
        QDir(m_partsDir).removeRecursively();
        m_lock->unlock();
    }
    m_lock.reset();
    m_temporaryDir.reset();
}

/// Parts of a sandbox that was killed. Its lock's process is gone.
void Store::removeLeftovers(const QString &dataDir) const
{
    const QFileInfoList locks =
        QDir(dataDir).entryInfoList({u"parts-*.lock"_s}, QDir::Files | QDir::Hidden);
    for (const QFileInfo &info : locks) {
        QLockFile lock(info.absoluteFilePath());
        lock.setStaleLockTime(0);
        if (!lock.tryLock(0))
            continue;
        QDir(dataDir + u'/' + info.completeBaseName()).removeRecursively();
    }
}

bool Store::addUpload(const QString &uploadId) const
{
    return QDir().mkdir(uploadDir(uploadId), DirPermissions);
}

std::unique_ptr<PartFile> Store::newPart(const QString &uploadId, const QString &partId) const
{
    return std::make_unique<PartFile>(uploadDir(uploadId) + u'/' + partId);
}

void Store::discardUpload(const QString &uploadId) const
{
    runInBackground([path = uploadDir(uploadId)] { QDir(path).removeRecursively(); });
}

Store::Assembly Store::assemble(const QString &uploadId, const QStringList &partIds,
                                const QString &md5, const QJsonObject &fileObject) const
{
    QStringList paths;
    for (const QString &partId : partIds)
        paths.append(uploadDir(uploadId) + u'/' + partId);
    FileAppender appender(paths.takeFirst(), m_isAborted);
    if (!appender.open(!md5.isNull()))
        return Assembly::Failed;
    for (const QString &path : std::as_const(paths)) {
        if (!appender.append(path))
            return Assembly::Failed;
    }
    if (!md5.isNull()
        && QString::fromLatin1(appender.md5().toHex()).compare(md5, Qt::CaseInsensitive) != 0)
        return Assembly::Md5Differs;
    const QString fileId = fileObject.value("id"_L1).toString();
    if (!writeObject(fileObject))
        return Assembly::Failed;
    if (!appender.moveTo(filePath(fileId))) {
        QFile::remove(objectPath(fileId));
        return Assembly::Failed;
    }
    return Assembly::Done;
}

std::vector<QJsonObject> Store::loadFiles() const
{
    static const QRegularExpression idPattern(u"\\Afile-[A-Za-z0-9]{22}\\z"_s);
    std::vector<QJsonObject> objects;
    QDirIterator iterator(m_filesDir, {u"file-*.json"_s}, QDir::Files);
    while (iterator.hasNext()) {
        QFile file(iterator.next());
        if (file.size() > MaximumObjectBytes || !file.open(QIODevice::ReadOnly))
            continue;
        const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
        const QString id = object.value("id"_L1).toString();
        const QFileInfo content(m_filesDir + u'/' + id);
        if (idPattern.match(id).hasMatch() && iterator.fileInfo().completeBaseName() == id
            && object.value("object"_L1) == QJsonValue("file"_L1)
            && object.value("purpose"_L1).isString() && object.value("filename"_L1).isString()
            && object.value("created_at"_L1).isDouble() && content.isFile()
            && content.size() == object.value("bytes"_L1).toInteger(-1))
            objects.push_back(object);
    }
    std::sort(objects.begin(), objects.end(), [](const QJsonObject &a, const QJsonObject &b) {
        const auto key = [](const QJsonObject &object) {
            return std::pair(object.value("created_at"_L1).toInteger(),
                             object.value("id"_L1).toString());
        };
        return key(a) < key(b);
    });
    return objects;
}

std::unique_ptr<QFile> Store::openFile(const QString &fileId) const
{
    auto file = std::make_unique<QFile>(filePath(fileId));
    if (!file->open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return nullptr;
    return file;
}

void Store::removeFile(const QString &fileId) const
{
    QFile::remove(objectPath(fileId));
    runInBackground([path = filePath(fileId)] { QFile::remove(path); });
}

QString Store::uploadDir(const QString &uploadId) const
{
    return m_partsDir + u'/' + uploadId;
}

QString Store::filePath(const QString &fileId) const
{
    return m_filesDir + u'/' + fileId;
}

QString Store::objectPath(const QString &fileId) const
{
    return filePath(fileId) + u".json"_s;
}

bool Store::writeObject(const QJsonObject &fileObject) const
{
    QSaveFile file(objectPath(fileObject.value("id"_L1).toString()));
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(FilePermissions))
        return false;
    file.write(QJsonDocument(fileObject).toJson());
    return file.commit();
}

void Store::runInBackground(std::function<void()> work) const
{
    if (m_background)
        m_background(std::move(work));
    else
        work();
}

} // namespace longshore::sandbox
