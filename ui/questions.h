#pragma once

#include "transfer/uploadspec.h"
#include "transfer/uploadstate.h"

#include <QList>
#include <QString>

#include <functional>

class QWidget;

namespace longshore {

/// What a person answers to quitting with uploads under way.
enum class QuitAnswer { Stay, KeepInTray, StopAndResume, CancelUploads };

/// The few questions that are worth a dialog. None blocks: the answer comes to the function that is
/// handed in, and no answer is a "no". GUI thread.
class Questions final
{
public:
    static void askCancel(QWidget *parent, int uploads, qint64 confirmedBytes,
                          std::function<void()> yes);
    /// About uploads that may have completed.
    static void askStartOver(QWidget *parent, int uploads, std::function<void()> yes);
    static void askHoldEnd(QWidget *parent, int uploads, std::function<void(HoldEnd)> chosen);
    /// Purpose and MIME type for all of these; empty ones stay as they are.
    static void
    editDetails(QWidget *parent, const QList<UploadSnapshot> &uploads,
                std::function<void(const QString &purpose, const QString &mimeType)> chosen);
    /// `remember`: the answer counts from now on.
    static void askClose(QWidget *parent,
                         std::function<void(bool keepInTray, bool remember)> chosen);
    /// `resumable`: whether they are on record.
    static void askQuit(QWidget *parent, int uploads, bool trayThere, bool resumable,
                        std::function<void(QuitAnswer)> chosen);
    /// About quitting while some are not even queued.
    static void askForget(QWidget *parent, int uploads, std::function<void()> yes);
    static void tell(QWidget *parent, const QString &text, const QString &details);
};

} // namespace longshore
