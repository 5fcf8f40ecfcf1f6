#pragma once

#include "platform/desktopnotifications.h"
#include "ui/models/notices.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace longshore {

class QueueModel;
class Session;

/// Tells the desktop what became of uploads: completed (with the id to copy), ready to complete,
/// failed, or in need of a decision. What comes together is told together; the user may want none
/// of it.
class Notifier final : public QObject
{
    Q_OBJECT

public:
    /// Both outlive this. `fallback` shows a message where the desktop has no notification service.
    Notifier(Session &session, QueueModel &model,
             std::function<void(const QString &title, const QString &body)> fallback,
             QObject *parent = nullptr);

    void setEnabled(bool enabled) { m_enabled = enabled; }

Q_SIGNALS:
    /// The user clicked on a message about these uploads.
    void openRequested(const QStringList &keys);

private:
    void onHappened(const QString &key, const UploadEvent &event);
    void onStatesChanged(const QStringList &keys);
    void gather(const QString &key, Notice::Kind kind);
    void tell();
    void onAction(const QString &name, const QString &action);

    QueueModel &m_model;
    std::function<void(const QString &, const QString &)> m_fallback;
    DesktopNotifications m_desktop;
    bool m_enabled = true;
    Notices m_notices;
    QList<std::pair<QString, Notice::Kind>> m_happened; ///< since the last message
    QHash<QString, Notice> m_told; ///< by name
    QTimer m_gathering;
};

} // namespace longshore
