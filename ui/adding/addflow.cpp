#include "ui/adding/addflow.h"

#include "api/showntext.h"
#include "session/session.h"
#include "ui/adding/adddialog.h"
#include "ui/models/errorwords.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// More files than this may be a mistake, such as a home folder.
constexpr int kManyFiles = 200;

} // namespace

AddFlow::AddFlow(Session &session, QWidget &window, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
{
    connect(&session, &Session::queued, this, [this](quint64 request) {
        if (m_requests.remove(request) && m_requests.isEmpty())
            sayRefused();
    });
    connect(&session, &Session::refused, this,
            [this](quint64 request, const QString &path, const ApiError &error) {
                if (!m_requests.remove(request))
                    return;
                note(path, error.message.isEmpty() ? errorSentence(error) : error.message);
                if (m_requests.isEmpty())
                    sayRefused();
            });
}

AddFlow::~AddFlow() = default;

void AddFlow::setHold(bool hold, HoldEnd end)
{
    m_hold = hold;
    m_holdEnd = end;
}

// ---- Where files come from

bool AddFlow::canAdd(const QMimeData &data)
{
    return data.hasUrls();
}

void AddFlow::addMime(const QMimeData &data)
{
    addUrls(data.urls());
}

void AddFlow::addUrls(const QList<QUrl> &urls)
{
    QStringList paths;
    for (const QUrl &url : urls) {
        if (url.isLocalFile())
            paths.append(url.toLocalFile());
        else
            note(url.toDisplayString(), tr("it is not a file on this computer"));
    }
    if (paths.isEmpty())
        sayRefused();
    else
        addPaths(paths);
}

void AddFlow::chooseFiles()
{
    auto *dialog = new QFileDialog(&m_window, tr("Add Files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &AddFlow::addPaths);
    dialog->open();
}

void AddFlow::chooseFolder()
{
    auto *dialog = new QFileDialog(&m_window, tr("Add a Folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &path) { addPaths({path}); });
    dialog->open();
}

// ---- Listing

void AddFlow::addPaths(const QStringList &paths)
{
    m_waiting += paths;
    if (!m_busy)
        listNext();
}

void AddFlow::listNext()
{
    m_busy = !m_waiting.isEmpty();
    if (!m_busy)
        return;
    m_listing = std::make_unique<FolderListing>(EndpointLimits().uploadBytes);
    connect(m_listing.get(), &FolderListing::progress, this, &AddFlow::listing);
    // Queued: the listing is deleted by it.
    connect(m_listing.get(), &FolderListing::finished, this, &AddFlow::onListed,
            Qt::QueuedConnection);
    m_listing->start(std::exchange(m_waiting, {}));
}

void AddFlow::stopListing()
{
    if (m_listing)
        m_listing->stop();
}

void AddFlow::onListed(const FolderListing::Result &result)
{
    m_listing.reset();
    Q_EMIT listing(-1);
    for (const auto &refusal : result.refused)
        note(refusal.path, refusal.reason);
    QList<FileToAdd> files;
    files.reserve(result.files.size());
    for (const auto &file : result.files)
        files.append({file.path, file.bytes});
    if (files.isEmpty()) {
        if (m_refused.isEmpty() && !result.stopped)
            note(QString(), tr("there is no file in it"));
        sayRefused();
        next();
    } else if (files.size() > kManyFiles) {
        askAboutMany(files);
    } else {
        show(files);
    }
}

void AddFlow::askAboutMany(const QList<FileToAdd> &files)
{
    const auto count = static_cast<int>(files.size());
    auto *question =
        new QMessageBox(QMessageBox::Question, tr("Many Files"),
                        tr("Add %n file(s)?", nullptr, count), QMessageBox::Cancel, &m_window);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(tr("That is more than usual."));
    const QPushButton *yes = question->addButton(tr("&Add Them"), QMessageBox::AcceptRole);
    connect(question, &QMessageBox::finished, this, [this, question, yes, files] {
        if (question->clickedButton() == yes)
            show(files);
        else
            next();
    });
    question->open();
}

// ---- Queueing

void AddFlow::show(const QList<FileToAdd> &files)
{
    if (!m_askBeforeAdding) {
        QList<UploadRequest> requests = AddModel(files).separateRequests();
        for (UploadRequest &request : requests) {
            request.hold = m_hold;
            request.holdEnd = m_holdEnd;
        }
        add(requests);
        next();
        return;
    }
    auto *dialog = new AddDialog(files, m_hold, m_holdEnd, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { add(dialog->requests()); });
    connect(dialog, &QDialog::finished, this, &AddFlow::next);
    dialog->open();
}

void AddFlow::add(const QList<UploadRequest> &requests)
{
    for (const UploadRequest &request : requests)
        m_requests.insert(m_session.add(request), request.paths.constFirst());
    if (m_session.engine() == nullptr)
        Q_EMIT waiting(static_cast<int>(m_requests.size()));
}

void AddFlow::next()
{
    if (m_requests.isEmpty())
        sayRefused();
    listNext();
}

void AddFlow::note(const QString &path, const QString &reason)
{
    m_refused.append(path.isEmpty() ? shownText(reason)
                                    : u"%1: %2"_s.arg(shownText(path), shownText(reason)));
}

void AddFlow::sayRefused()
{
    if (m_refused.isEmpty())
        return;
    const QStringList lines = std::exchange(m_refused, {});
    const auto count = static_cast<int>(lines.size());
    Q_EMIT refused(count == 1 ? tr("Not added – %1").arg(lines.constFirst())
                              : tr("%n file(s) were not added.", nullptr, count),
                   count == 1 ? QString() : lines.join(u'\n'));
}

} // namespace longshore
