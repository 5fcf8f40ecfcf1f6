#pragma once

#include "transfer/uploadstate.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace longshore {

/// One message for the desktop, about one upload or about several of the same fate.
struct Notice
{
    enum class Kind { Completed, Ready, Undecided, Failed };

    Kind kind = Kind::Completed;
    QString title;
    QString body;
    QStringList keys; ///< of the uploads
    QStringList fileIds; ///< where completed

    /// "completed", "ready", "undecided" or "failed": one message of a kind at a time.
    QString name() const;
};

/// Gathers what is worth telling, so that fifty uploads that end at once make one message. Pure.
class Notices
{
public:
    void add(const UploadSnapshot &upload, Notice::Kind kind);
    bool isEmpty() const { return m_gathered.isEmpty(); }
    /// What was gathered since the last time, a message for each kind.
    QList<Notice> take();

private:
    struct Gathered
    {
        QStringList names;
        QStringList keys;
        QStringList fileIds;
        QString detail; ///< of the latest
    };

    static Notice noticeOf(Notice::Kind kind, const Gathered &gathered);

    QHash<int, Gathered> m_gathered; ///< by kind
};

} // namespace longshore
