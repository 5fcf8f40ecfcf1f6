#pragma once

#include "queue/folderlisting.h"
#include "queue/uploadrequest.h"
#include "ui/models/addmodel.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>

class QMimeData;
class QWidget;

namespace longshore {

class Session;

/// The way of dropped, pasted or chosen files into the queue: folders are listed out of the way,
/// then the user is shown what is about to be queued, then the session takes it. What can't be
/// taken is named with its reasons in one message; the rest goes on.
class AddFlow final : public QObject
{
    Q_OBJECT

public:
    /// Both outlive this; `window` carries the dialogs.
    AddFlow(Session &session, QWidget &window, QObject *parent = nullptr);
    ~AddFlow() override;

    void setAskBeforeAdding(bool ask) { m_askBeforeAdding = ask; }
    void setHold(bool hold, HoldEnd end);

    /// Files or folders, in any number; more can come while some are being looked at.
    void addPaths(const QStringList &paths);
    void addUrls(const QList<QUrl> &urls);
    /// Whether there is something in it that addMime() would take.
    static bool canAdd(const QMimeData &data);
    void addMime(const QMimeData &data);
    void chooseFiles();
    void chooseFolder();
    /// Gives up listing; what was found so far is offered.
    void stopListing();

Q_SIGNALS:
    /// How many files a listing has found so far; -1: it has ended.
    void listing(int files);
    /// There is no connection yet: the files are queued as soon as there is one.
    void waiting(int uploads);
    /// What was refused, with reasons: `text` says how many, `details` has a line each.
    void refused(const QString &text, const QString &details);

private:
    void listNext();
    void onListed(const FolderListing::Result &result);
    void askAboutMany(const QList<FileToAdd> &files);
    void show(const QList<FileToAdd> &files);
    void add(const QList<UploadRequest> &requests);
    void next();
    void note(const QString &path, const QString &reason);
    void sayRefused();

    Session &m_session;
    QWidget &m_window;
    bool m_askBeforeAdding = true;
    bool m_hold = false;
    HoldEnd m_holdEnd = HoldEnd::LetExpire;
    QStringList m_waiting; ///< paths that came while others are being looked at
    bool m_busy = false;
    std::unique_ptr<FolderListing> m_listing;
    QHash<quint64, QString> m_requests; ///< unanswered; number to path
    QStringList m_refused; ///< a line each
};

} // namespace longshore
