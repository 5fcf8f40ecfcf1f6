#include "ui/tray/trayicon.h"

#include "api/showntext.h"
#include "cli/humantext.h"
#include "ui/models/queuemodel.h"
#include "ui/models/uploadtext.h"
#include "ui/queueactions.h"
#include "ui/semanticcolours.h"
#include "ui/symbolicon.h"

#include <QGuiApplication>
#include <QPainter>

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// How long a window can be lost at most after the tray has gone.
constexpr auto kWatchDistance = 2s;
constexpr int kUploadsInMenu = 8;
/// Trays scale it to what they need.
constexpr int kSizes[] = {22, 32, 48};

QPixmap drawn(int size, int percent, bool trouble)
{
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QIcon(u":/icons/longshore.svg"_s).paint(&painter, pixmap.rect());
    const QPalette palette = QGuiApplication::palette();
    if (percent >= 0) {
        const qreal height = size / 5.0;
        const QRectF track(0.5, size - height - 0.5, size - 1.0, height);
        painter.setPen(QPen(palette.color(QPalette::Text), 1));
        painter.setBrush(palette.color(QPalette::Base));
        painter.drawRect(track);
        QRectF done = track.adjusted(1, 1, -1, -1);
        done.setWidth(done.width() * percent / 100);
        painter.fillRect(done, palette.color(QPalette::Active, QPalette::Highlight));
    }
    if (trouble) {
        const qreal diameter = size * 0.45;
        const QRectF dot(size - diameter, 0, diameter, diameter);
        painter.setPen(QPen(palette.color(QPalette::Base), size / 22.0));
        painter.setBrush(troubleColour(QPalette(Qt::white)));
        painter.drawEllipse(dot.adjusted(1, 1, -1, -1));
        painter.setPen(QPen(Qt::white, size / 14.0, Qt::SolidLine, Qt::RoundCap));
        const QPointF middle = dot.center();
        painter.drawLine(middle - QPointF(0, diameter / 4), middle + QPointF(0, diameter / 12));
        painter.drawPoint(middle + QPointF(0, diameter / 4));
    }
    return pixmap;
}

} // namespace

QIcon trayPicture(int percent, bool trouble)
{
    QIcon icon;
    for (const int size : kSizes)
        icon.addPixmap(drawn(size, percent, trouble));
    return icon;
}

TrayIcon::TrayIcon(QueueModel &model, QueueActions &actions, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_actions(actions)
{
    m_icon.setContextMenu(&m_menu);
    connect(&m_menu, &QMenu::aboutToShow, this, &TrayIcon::fillMenu);
    connect(&m_icon, &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
                    Q_EMIT openRequested();
            });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::openRequested);
    connect(&model, &QueueModel::totalsChanged, this, &TrayIcon::refresh);
    m_watch.setInterval(kWatchDistance);
    connect(&m_watch, &QTimer::timeout, this, [this] {
        if (!isAvailable())
            Q_EMIT trayLost();
    });
    refresh();
    fillMenu();
    m_icon.show();
}

TrayIcon::~TrayIcon() = default;

bool TrayIcon::isAvailable()
{
    return QSystemTrayIcon::isSystemTrayAvailable();
}

void TrayIcon::watchTray(bool watch)
{
    if (watch)
        m_watch.start();
    else
        m_watch.stop();
}

void TrayIcon::showMessage(const QString &title, const QString &body)
{
    m_icon.showMessage(title, body);
}

void TrayIcon::refresh()
{
    const QueueTotals &totals = m_model.totals();
    const int percent = totals.running() > 0 ? totals.percent() : -1;
    QStringList facts{tr("Longshore")};
    if (percent >= 0)
        facts.append(tr("%1 %").arg(percent));
    if (totals.undecided() > 0)
        facts.append(tr("%n need(s) your decision", nullptr, totals.undecided()));
    if (totals.failed() > 0)
        facts.append(tr("%n failed", nullptr, totals.failed()));
    const QString toolTip = facts.join(u" – "_s);
    if (toolTip == m_icon.toolTip())
        return;
    m_icon.setIcon(trayPicture(percent, totals.failed() + totals.undecided() > 0));
    m_icon.setToolTip(toolTip);
}

void TrayIcon::fillMenu()
{
    m_menu.clear();
    int listed = 0;
    for (const QString &key : m_model.keys()) {
        const UploadSnapshot upload = m_model.snapshot(key);
        if (upload.state == UploadState::Queued || upload.state == UploadState::Paused
            || isEnded(upload.state))
            continue;
        if (++listed > kUploadsInMenu)
            break;
        QString text = tr("%1 – %2, %3 %")
                           .arg(shownText(upload.filename, 60), stateText(upload),
                                QString::number(confirmedPercent(upload)));
        text.replace(u'&', u"&&"_s);
        connect(m_menu.addAction(text), &QAction::triggered, this,
                [this, key] { Q_EMIT uploadRequested(key); });
    }
    if (listed > 0)
        m_menu.addSeparator();
    m_menu.addAction(m_actions.pauseAll);
    m_menu.addSeparator();
    connect(m_menu.addAction(tr("&Open Longshore")), &QAction::triggered, this,
            &TrayIcon::openRequested);
    connect(m_menu.addAction(tr("&Quit")), &QAction::triggered, this, &TrayIcon::quitRequested);
}

} // namespace longshore
