#pragma once

#include "transfer/partplan.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <cstdio>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

namespace longshore {

inline QByteArray randomBytes(qint64 bytes, quint32 seed)
{
    QRandomGenerator random(seed);
    QByteArray data((bytes + 3) / 4 * 4, Qt::Uninitialized);
    random.fillRange(reinterpret_cast<quint32 *>(data.data()), data.size() / 4);
    data.truncate(bytes);
    return data;
}

/// A folder for a test's files.
class SourceFiles
{
public:
    QString filePath(const QString &name) const { return m_dir.filePath(name); }

    /// The file as it is then; written anew it is the same file with other content.
    SourceFile write(const QByteArray &content,
                     const QString &name = QStringLiteral("train.jsonl")) const
    {
        QFile file(filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("The test's file can't be written.");
        file.close();
        return sourceAt(file.fileName());
    }

    /// Zeros that take no space.
    SourceFile writeSparse(qint64 bytes) const
    {
        const SourceFile empty = write({}, QStringLiteral("sparse"));
        if (!QFile::resize(empty.path, bytes))
            qFatal("The test's file can't be made larger.");
        return sourceAt(empty.path);
    }

private:
    static SourceFile sourceAt(const QString &path)
    {
        SourceFile source;
        source.path = path;
        source.stamp = stampOf(path).stamp;
        return source;
    }

    QTemporaryDir m_dir;
};

enum class FileChange { Grow, Cut, Rewrite, Replace, Remove, BecomeDirectory, BecomeFifo };

/// False if it could not be done.
inline bool changeFile(const SourceFile &source, FileChange change)
{
    QFile file(source.path);
    switch (change) {
    case FileChange::Grow:
        return file.open(QIODevice::Append) && file.write("abc") == 3;
    case FileChange::Cut:
        return file.resize(source.stamp.bytes / 2);
    case FileChange::Rewrite:
        if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
            return false;
        // The clock behind a file's time ticks in milliseconds: until it has moved on.
        while (stampOf(source.path).stamp.modifiedNs == source.stamp.modifiedNs) {
            if (!file.seek(0) || file.write("z") != 1)
                return false;
        }
        return true;
    case FileChange::Replace: {
        QFile other(source.path + QStringLiteral(".new"));
        if (!other.open(QIODevice::WriteOnly)
            || other.write(QByteArray(source.stamp.bytes, 'o')) != source.stamp.bytes) {
            return false;
        }
        other.close();
        return std::rename(QFile::encodeName(other.fileName()).constData(),
                           QFile::encodeName(source.path).constData())
            == 0;
    }
    case FileChange::Remove:
        return file.remove();
    case FileChange::BecomeDirectory:
        return file.remove() && QDir().mkdir(source.path);
    case FileChange::BecomeFifo:
#ifdef Q_OS_UNIX
        return file.remove() && mkfifo(QFile::encodeName(source.path).constData(), 0600) == 0;
#else
        return false;
#endif
    }
    return false;
}

} // namespace longshore
