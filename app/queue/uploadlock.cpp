#include "queue/uploadlock.h"

#include "queue/datadirectory.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QtEndian>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// A byte that no other upload has, but for a chance of 1 in 2^54 for each pair in one file.
struct Place
{
    QString file;
    qint64 byte = 0;
};

// Systems look through all locks of a file for each new one, so that thousands are spread over 256
// files.
Place placeOf(const QString &matchKey)
{
    const QByteArray hash = QCryptographicHash::hash(matchKey.toUtf8(), QCryptographicHash::Sha256);
    const auto number = qFromBigEndian<quint64>(hash.constData() + 1);
    return {QString::fromLatin1(hash.first(1).toHex()), static_cast<qint64>(number >> 10)};
}

} // namespace

QString UploadLock::take(const QString &dataDir, const QString &matchKey)
{
    m_lock.release();
    m_heldElsewhere = false;
    m_heldHere = false;
    const QString folder = QDir(QFileInfo(dataDir).absoluteFilePath()).filePath(u"locks"_s);
    const Place place = placeOf(matchKey);
    const QString path = folder + u'/' + place.file;
    FileLock::Outcome outcome = m_lock.take(path, place.byte);
    // The folders are there but for the first time.
    if (outcome == FileLock::Outcome::Impossible) {
        QString problem = makePrivateDirectory(dataDir);
        if (problem.isEmpty())
            problem = makePrivateDirectory(folder);
        if (!problem.isEmpty())
            return problem;
        outcome = m_lock.take(path, place.byte);
    }
    switch (outcome) {
    case FileLock::Outcome::Taken:
        return {};
    case FileLock::Outcome::Impossible:
        return m_lock.problem();
    case FileLock::Outcome::HeldHere:
        m_heldHere = true;
        break;
    case FileLock::Outcome::HeldElsewhere:
        break;
    }
    m_heldElsewhere = true;
    if (m_lock.holder() == 0)
        return u"Another process is already at work on this upload."_s;
    return u"Another process (%1) is already at work on this upload."_s.arg(m_lock.holder());
}

} // namespace longshore
