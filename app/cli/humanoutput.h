#pragma once

#include "cli/livelines.h"
#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QHash>
#include <QList>
#include <QString>

namespace longshore {

/// How much people are told, and in what form.
enum class HumanStyle {
    Live, ///< one line an upload, drawn over in place; what matters stays above
    Plain, ///< a line for each change, and for progress now and then
    Warnings, ///< warnings and errors
    Errors,
};

/// What people read on stderr. Pure but for what it remembers: it returns the text to write, which
/// is empty where there is nothing to say. `now` is in Unix ms.
class HumanOutput
{
public:
    explicit HumanOutput(HumanStyle style);

    /// Asked for by the caller whenever it may have changed.
    void setScreen(ScreenSize screen);

    /// `name` is how the user named the upload; used for it from now on.
    QString queued(const QString &name, const QueuedUpload &upload, qint64 now);
    QString refused(const QString &path, const ApiError &error);
    QString happened(const QString &key, const UploadEvent &event, qint64 now);
    QString changed(const QList<UploadSnapshot> &uploads, qint64 now);
    /// Said whatever the style, but not by Errors.
    QString note(const QString &text);
    /// Said whatever the style.
    QString problem(const QString &text);

    /// Takes the live lines off the screen, so that something else can be written; redraw() brings
    /// them back.
    QString clearLive();
    QString redraw();

private:
    struct Shown
    {
        QString name;
        UploadSnapshot snapshot;
        int percentSaid = 0;
        qint64 progressSaidAt = 0;
        qint64 retrySaidAt = 0;
    };

    friend struct EventSpeaker;

    QString lines(const QStringList &texts);
    QString plainProgress(Shown &shown, qint64 now) const;

    HumanStyle m_style;
    ScreenSize m_screen;
    LiveLines m_live;
    QStringList m_keys; ///< of those that have not ended, in the order of queued()
    QHash<QString, Shown> m_shown;
};

/// The live line of an upload, not cut yet; pure.
QString liveLine(const UploadSnapshot &upload, int columns);

} // namespace longshore
