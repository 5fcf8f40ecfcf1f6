#include "ui/questions.h"

#include "cli/humantext.h"
#include "ui/adding/purposefields.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace longshore {

namespace {

/// Of the details of a message, in lines of text.
constexpr int kDetailsWidth = 38;
constexpr int kDetailsHeight = 16;

QMessageBox *makeBox(QWidget *parent, const QString &title, const QString &text,
                     const QString &more)
{
    auto *box = new QMessageBox(QMessageBox::Question, title, text, QMessageBox::NoButton, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(more);
    return box;
}

/// What all have in common; empty if nothing.
template <typename Member> QString common(const QList<UploadSnapshot> &uploads, Member member)
{
    const QString first = uploads.constFirst().*member;
    const bool same = std::all_of(uploads.cbegin(), uploads.cend(),
                                  [&](const auto &upload) { return upload.*member == first; });
    return same ? first : QString();
}

} // namespace

void Questions::askCancel(QWidget *parent, int uploads, qint64 confirmedBytes,
                          std::function<void()> yes)
{
    const QString more = confirmedBytes > 0
        ? QMessageBox::tr("%1 that the service already has are thrown away.")
              .arg(bytesText(confirmedBytes))
        : QString();
    QMessageBox *box = makeBox(parent, QMessageBox::tr("Cancel Uploads"),
                               QMessageBox::tr("Cancel %n upload(s)?", nullptr, uploads), more);
    QPushButton *keep = box->addButton(QMessageBox::tr("&Keep Uploading"), QMessageBox::RejectRole);
    QPushButton *cancel =
        box->addButton(QMessageBox::tr("&Cancel Them"), QMessageBox::DestructiveRole);
    box->setDefaultButton(keep);
    QObject::connect(box, &QMessageBox::finished, parent, [box, cancel, yes = std::move(yes)] {
        if (box->clickedButton() == cancel)
            yes();
    });
    box->open();
}

void Questions::askStartOver(QWidget *parent, int uploads, std::function<void()> yes)
{
    QMessageBox *box = makeBox(
        parent, QMessageBox::tr("Start Again"),
        QMessageBox::tr("Start %n upload(s) again from the first byte?", nullptr, uploads),
        QMessageBox::tr("Nobody can tell whether it completed. If it did, there are two files at "
                        "the service then. To look for the file first is safer."));
    QPushButton *leave = box->addButton(QMessageBox::tr("&Leave It"), QMessageBox::RejectRole);
    QPushButton *start =
        box->addButton(QMessageBox::tr("&Start Again"), QMessageBox::DestructiveRole);
    box->setDefaultButton(leave);
    QObject::connect(box, &QMessageBox::finished, parent, [box, start, yes = std::move(yes)] {
        if (box->clickedButton() == start)
            yes();
    });
    box->open();
}

void Questions::askHoldEnd(QWidget *parent, int uploads, std::function<void(HoldEnd)> chosen)
{
    QMessageBox *box = makeBox(
        parent, QMessageBox::tr("Hold"),
        QMessageBox::tr("Hold %n upload(s) until you complete them?", nullptr, uploads),
        QMessageBox::tr("You can arrange the parts once they are there, or while they are still "
                        "being sent. The service keeps them for one hour. What should happen when "
                        "it ends?"));
    QPushButton *complete = box->addButton(QMessageBox::tr("&Complete as Shown, 2 min Before"),
                                           QMessageBox::AcceptRole);
    QPushButton *expire =
        box->addButton(QMessageBox::tr("Let It &Expire"), QMessageBox::AcceptRole);
    box->addButton(QMessageBox::tr("Don't Hold"), QMessageBox::RejectRole);
    box->setDefaultButton(complete);
    QObject::connect(box, &QMessageBox::finished, parent,
                     [box, complete, expire, chosen = std::move(chosen)] {
                         if (box->clickedButton() == complete)
                             chosen(HoldEnd::CompleteBefore);
                         else if (box->clickedButton() == expire)
                             chosen(HoldEnd::LetExpire);
                     });
    box->open();
}

void Questions::editDetails(
    QWidget *parent, const QList<UploadSnapshot> &uploads,
    std::function<void(const QString &purpose, const QString &mimeType)> chosen)
{
    if (uploads.isEmpty())
        return;
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QDialog::tr("Purpose and MIME Type"));
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(new QLabel(
        QDialog::tr("For %n upload(s):", nullptr, static_cast<int>(uploads.size())), dialog));
    auto *fields = new PurposeFields(dialog);
    const QString purposeBefore = common(uploads, &UploadSnapshot::purpose);
    const QString typeBefore = common(uploads, &UploadSnapshot::mimeType);
    fields->show(purposeBefore, typeBefore);
    layout->addWidget(fields);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
    layout->addWidget(buttons);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::accepted, parent,
                     [fields, purposeBefore, typeBefore, chosen = std::move(chosen)] {
                         const QString purpose = fields->purpose();
                         QString type = fields->mimeType();
                         // A type that nobody touched is chosen anew for the new purpose.
                         if (purpose != purposeBefore && type == typeBefore)
                             type.clear();
                         chosen(purpose, type);
                     });
    dialog->open();
}

void Questions::askClose(QWidget *parent,
                         std::function<void(bool keepInTray, bool remember)> chosen)
{
    QMessageBox *box = makeBox(
        parent, QMessageBox::tr("Close the Window"),
        QMessageBox::tr("Keep Longshore running in the tray?"),
        QMessageBox::tr("Uploads go on there. A click on its icon brings the window back."));
    auto *remember = new QCheckBox(QMessageBox::tr("&Don't ask again"));
    remember->setChecked(true);
    box->setCheckBox(remember);
    QPushButton *keep =
        box->addButton(QMessageBox::tr("&Keep in the Tray"), QMessageBox::AcceptRole);
    QPushButton *quit = box->addButton(QMessageBox::tr("&Quit"), QMessageBox::DestructiveRole);
    box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(keep);
    QObject::connect(box, &QMessageBox::finished, parent,
                     [box, keep, quit, remember, chosen = std::move(chosen)] {
                         if (box->clickedButton() == keep || box->clickedButton() == quit)
                             chosen(box->clickedButton() == keep, remember->isChecked());
                     });
    box->open();
}

void Questions::askQuit(QWidget *parent, int uploads, bool trayThere, bool resumable,
                        std::function<void(QuitAnswer)> chosen)
{
    const QString more = resumable
        ? QMessageBox::tr("What was sent stays at the service for an hour after each upload began: "
                          "start Longshore again by then, and they go on where they stood.")
        : QMessageBox::tr("The journal can't be written, so that they can't be resumed: what was "
                          "sent is lost when Longshore ends.");
    QMessageBox *box =
        makeBox(parent, QMessageBox::tr("Quit Longshore"),
                QMessageBox::tr("%n upload(s) are not finished.", nullptr, uploads), more);
    QPushButton *keep = nullptr;
    if (trayThere)
        keep = box->addButton(QMessageBox::tr("&Go On in the Tray"), QMessageBox::AcceptRole);
    QPushButton *stop = box->addButton(resumable ? QMessageBox::tr("&Stop and Resume Next Time")
                                                 : QMessageBox::tr("&Stop and Lose Them"),
                                       QMessageBox::AcceptRole);
    QPushButton *cancel =
        box->addButton(QMessageBox::tr("&Cancel the Uploads"), QMessageBox::DestructiveRole);
    box->addButton(QMessageBox::tr("&Don't Quit"), QMessageBox::RejectRole);
    box->setDefaultButton(keep != nullptr ? keep : stop);
    QObject::connect(box, &QMessageBox::finished, parent,
                     [box, keep, stop, cancel, chosen = std::move(chosen)] {
                         const QAbstractButton *clicked = box->clickedButton();
                         if (clicked == stop)
                             chosen(QuitAnswer::StopAndResume);
                         else if (clicked == cancel)
                             chosen(QuitAnswer::CancelUploads);
                         else if (keep != nullptr && clicked == keep)
                             chosen(QuitAnswer::KeepInTray);
                         else
                             chosen(QuitAnswer::Stay);
                     });
    box->open();
}

void Questions::askForget(QWidget *parent, int uploads, std::function<void()> yes)
{
    QMessageBox *box =
        makeBox(parent, QMessageBox::tr("Quit Longshore"),
                QMessageBox::tr("%n upload(s) wait for a connection.", nullptr, uploads),
                QMessageBox::tr("They are not queued yet, and forgotten when Longshore ends."));
    QPushButton *quit = box->addButton(QMessageBox::tr("&Quit"), QMessageBox::DestructiveRole);
    QPushButton *stay = box->addButton(QMessageBox::tr("&Don't Quit"), QMessageBox::RejectRole);
    box->setDefaultButton(stay);
    QObject::connect(box, &QMessageBox::finished, parent, [box, quit, yes = std::move(yes)] {
        if (box->clickedButton() == quit)
            yes();
    });
    box->open();
}

void Questions::tell(QWidget *parent, const QString &text, const QString &details)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QDialog::tr("Longshore"));
    auto *heading = new QLabel(text, dialog);
    heading->setTextFormat(Qt::PlainText);
    heading->setWordWrap(true);
    auto *reasons = new QPlainTextEdit(details, dialog);
    reasons->setReadOnly(true);
    reasons->setTabChangesFocus(true);
    reasons->setAccessibleName(QDialog::tr("Details"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(heading);
    layout->addWidget(reasons, 1);
    layout->addWidget(buttons);
    const int em = dialog->fontMetrics().height();
    dialog->resize(em * kDetailsWidth, em * kDetailsHeight);
    dialog->open();
}

} // namespace longshore
