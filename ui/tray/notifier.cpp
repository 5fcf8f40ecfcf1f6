#include "ui/tray/notifier.h"

#include "session/session.h"
#include "ui/models/queuemodel.h"

#include <QClipboard>
#include <QGuiApplication>

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// What happens within this time is told together.
constexpr auto kGathering = 1s;

const QString kOpen = u"default"_s;
const QString kCopyId = u"copy-id"_s;

} // namespace

Notifier::Notifier(Session &session, QueueModel &model,
                   std::function<void(const QString &, const QString &)> fallback, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_fallback(std::move(fallback))
{
    connect(&session, &Session::happened, this, &Notifier::onHappened);
    connect(&model, &QueueModel::statesChanged, this, &Notifier::onStatesChanged);
    connect(&m_desktop, &DesktopNotifications::actionInvoked, this, &Notifier::onAction);
    m_gathering.setSingleShot(true);
    m_gathering.setInterval(kGathering);
    connect(&m_gathering, &QTimer::timeout, this, &Notifier::tell);
}

void Notifier::onHappened(const QString &key, const UploadEvent &event)
{
    if (std::holds_alternative<CompletedEvent>(event))
        gather(key, Notice::Kind::Completed);
    else if (std::holds_alternative<FailedEvent>(event))
        gather(key, Notice::Kind::Failed);
    else if (std::holds_alternative<UnknownEvent>(event))
        gather(key, Notice::Kind::Undecided);
}

void Notifier::onStatesChanged(const QStringList &keys)
{
    for (const QString &key : keys) {
        const UploadSnapshot upload = m_model.snapshot(key);
        if (upload.state == UploadState::Ready)
            gather(key, Notice::Kind::Ready);
        else if (upload.asksToBegin)
            gather(key, Notice::Kind::Undecided);
    }
}

void Notifier::gather(const QString &key, Notice::Kind kind)
{
    if (!m_enabled)
        return;
    m_happened.append({key, kind});
    if (!m_gathering.isActive())
        m_gathering.start();
}

void Notifier::tell()
{
    // By now the snapshots have come, which know the ids and errors.
    for (const auto &[key, kind] : std::as_const(m_happened)) {
        const UploadSnapshot upload = m_model.snapshot(key);
        if (!upload.key.isEmpty())
            m_notices.add(upload, kind);
    }
    m_happened.clear();
    for (const Notice &notice : m_notices.take()) {
        m_told.insert(notice.name(), notice);
        if (!m_desktop.isAvailable()) {
            m_fallback(notice.title, notice.body);
            continue;
        }
        Notification notification;
        notification.key = notice.name();
        notification.title = notice.title;
        notification.body = notice.body;
        notification.actions = {{kOpen, tr("Open")}};
        if (!notice.fileIds.isEmpty()) {
            notification.actions.append(
                {kCopyId, tr("Copy ID(s)", nullptr, static_cast<int>(notice.fileIds.size()))});
        }
        m_desktop.show(notification);
    }
}

void Notifier::onAction(const QString &name, const QString &action)
{
    const Notice notice = m_told.value(name);
    if (action == kCopyId)
        QGuiApplication::clipboard()->setText(notice.fileIds.join(u'\n'));
    else
        Q_EMIT openRequested(notice.keys);
}

} // namespace longshore
