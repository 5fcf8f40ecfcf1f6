#include "ui/details/detailspanel.h"

#include "ui/details/logtab.h"
#include "ui/details/overviewtab.h"
#include "ui/details/partstab.h"
#include "ui/details/quietlabel.h"

#include <QDataStream>
#include <QIODevice>
#include <QStackedLayout>
#include <QTabWidget>

#include <utility>

namespace longshore {

namespace {

constexpr qint32 kStateVersion = 1;

} // namespace

DetailsPanel::DetailsPanel(std::function<qint64()> now, QWidget *parent)
    : QWidget(parent)
    , m_pages(new QStackedLayout(this))
    , m_tabs(new QTabWidget(this))
    , m_nothing(new QuietLabel({}, this))
    , m_parts(new PartsTab(std::move(now), m_tabs))
    , m_overview(new OverviewTab(m_tabs))
    , m_log(new LogTab(m_tabs))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Details of the selected upload"));
    m_tabs->addTab(m_parts, tr("Parts"));
    m_tabs->addTab(m_overview, tr("Overview"));
    m_tabs->addTab(m_log, tr("Log"));

    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(m_tabs);

    connect(m_parts, &PartsTab::orderChosen, this,
            [this](const QList<int> &order) { Q_EMIT orderChosen(m_key, order); });
    connect(m_parts, &PartsTab::holdChosen, this,
            [this](bool hold, HoldEnd end) { Q_EMIT holdChosen(m_key, hold, end); });
    connect(m_parts, &PartsTab::completeRequested, this,
            [this] { Q_EMIT completeRequested(m_key); });
    connect(m_parts, &PartsTab::skipChecksumRequested, this,
            [this] { Q_EMIT skipChecksumRequested(m_key); });
    connect(m_overview, &OverviewTab::chosen, this,
            [this](HelpfulAction action) { Q_EMIT actionChosen(m_key, action); });
    showNothing();
}

void DetailsPanel::showUpload(const UploadSnapshot &upload)
{
    if (upload.key != m_key) {
        m_key = upload.key;
        m_parts->clear();
        m_overview->clear();
        m_log->showLines(m_logs.lines(m_key));
    }
    m_parts->showUpload(upload);
    m_overview->showUpload(upload);
    m_pages->setCurrentWidget(m_tabs);
}

void DetailsPanel::showPlan(const QString &key, const UploadPlan &plan)
{
    if (key != m_key || m_key.isEmpty())
        return;
    m_parts->showPlan(plan);
    m_overview->showPlan(plan);
}

void DetailsPanel::showParts(const QString &key, const QList<PartSnapshot> &parts,
                             const QList<int> &order)
{
    if (key == m_key)
        m_parts->showParts(parts, order);
}

void DetailsPanel::showNothing(bool several)
{
    m_nothing->setText(several ? tr("Several uploads are selected. Select only one to see its "
                                    "parts.")
                               : tr("Select an upload to see its parts."));
    m_key.clear();
    m_parts->clear();
    m_overview->clear();
    m_log->showLines({});
    m_pages->setCurrentIndex(0);
}

void DetailsPanel::addEvent(const QString &key, const UploadEvent &event, qint64 unixMs)
{
    const auto line = m_logs.add(key, event, unixMs);
    if (line && key == m_key)
        m_log->append(*line);
}

void DetailsPanel::forget(const QString &key)
{
    m_logs.remove(key);
}

QByteArray DetailsPanel::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << kStateVersion << qint32(m_tabs->currentIndex()) << m_parts->saveState();
    return state;
}

void DetailsPanel::restoreState(const QByteArray &state)
{
    QDataStream stream(state);
    qint32 version = 0;
    qint32 tab = 0;
    QByteArray columns;
    stream >> version >> tab >> columns;
    if (stream.status() != QDataStream::Ok || version != kStateVersion)
        return;
    m_tabs->setCurrentIndex(tab);
    m_parts->restoreState(columns);
}

} // namespace longshore
