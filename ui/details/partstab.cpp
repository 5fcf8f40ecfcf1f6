#include "ui/details/partstab.h"

#include "ui/details/holdbar.h"
#include "ui/details/partactions.h"
#include "ui/details/partlist.h"
#include "ui/details/partmap.h"
#include "ui/models/holdtext.h"
#include "ui/models/partmodel.h"

#include <QAction>
#include <QItemSelectionModel>
#include <QVBoxLayout>

#include <chrono>
#include <utility>

namespace longshore {

namespace {

using namespace std::chrono_literals;

constexpr auto kCountdownInterval = 1s;

} // namespace

PartsTab::PartsTab(std::function<qint64()> now, QWidget *parent)
    : QWidget(parent)
    , m_now(std::move(now))
    , m_model(new PartModel)
    , m_list(new PartList(m_model))
    , m_map(new PartMap(m_model, m_list->selectionModel()))
{
    auto *actions = new PartActions(m_model, m_list->selectionModel(), this);
    connect(actions, &PartActions::moved, m_list,
            [this] { m_list->scrollTo(m_list->currentIndex()); });
    for (QWidget *menuOwner : {static_cast<QWidget *>(m_list), static_cast<QWidget *>(m_map)})
        menuOwner->insertActions(menuOwner->actions().value(0), actions->all());
    m_map->setContextMenuPolicy(Qt::ActionsContextMenu);

    m_bar = new HoldBar(actions->all());
    connect(m_bar, &HoldBar::holdChosen, this, &PartsTab::holdChosen);
    connect(m_bar, &HoldBar::completeRequested, this, &PartsTab::completeRequested);
    connect(m_bar, &HoldBar::skipChecksumRequested, this, &PartsTab::skipChecksumRequested);
    connect(m_model, &PartModel::orderChosen, this, &PartsTab::orderChosen);
    connect(m_model, &PartModel::orderChanged, this, &PartsTab::refreshOrder);

    // They become children in the order in which Tab goes through them: as seen.
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_bar);
    layout->addWidget(m_map);
    layout->addWidget(m_list, 1);

    // The last child outlives all others, which look into it.
    m_model->setParent(this);

    m_timer.setInterval(kCountdownInterval);
    connect(&m_timer, &QTimer::timeout, this, &PartsTab::tick);
}

void PartsTab::showUpload(const UploadSnapshot &upload)
{
    if (upload.key != m_upload.key)
        m_model->clear();
    const bool isRenamed = upload.filename != m_upload.filename;
    m_upload = upload;
    m_model->setReorderable(mayBeArranged(upload));
    if (isRenamed)
        refreshOrder();
    m_bar->showUpload(upload, m_now());
}

void PartsTab::showPlan(const UploadPlan &plan)
{
    m_model->setPlan(plan);
}

void PartsTab::showParts(const QList<PartSnapshot> &parts, const QList<int> &order)
{
    m_model->setParts(parts, order);
}

void PartsTab::clear()
{
    m_upload = {};
    m_model->clear();
    m_model->setReorderable(false);
}

QByteArray PartsTab::saveState() const
{
    return m_list->saveState();
}

void PartsTab::restoreState(const QByteArray &state)
{
    m_list->restoreState(state);
}

void PartsTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tick();
    m_timer.start();
}

void PartsTab::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

void PartsTab::refreshOrder()
{
    const PartOrder &order = m_model->order();
    m_bar->showOrder(order.isFileOrder(),
                     cutsLines(m_model->plan(), m_upload.filename, order.parts()));
}

void PartsTab::tick()
{
    m_bar->showUpload(m_upload, m_now());
}

} // namespace longshore
