#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QList>
#include <QTimer>
#include <QWidget>

#include <functional>

namespace longshore {

class HoldBar;
class PartList;
class PartMap;
class PartModel;

/// The parts of one upload: map, list, and what arranges them.
class PartsTab final : public QWidget
{
    Q_OBJECT

public:
    /// `now`: Unix ms, for countdowns.
    explicit PartsTab(std::function<qint64()> now, QWidget *parent = nullptr);

    void showUpload(const UploadSnapshot &upload);
    void showPlan(const UploadPlan &plan);
    void showParts(const QList<PartSnapshot> &parts, const QList<int> &order);
    void clear();

    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void orderChosen(const QList<int> &order);
    void holdChosen(bool hold, longshore::HoldEnd end);
    void completeRequested();
    void skipChecksumRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void refreshOrder();
    void tick();

    std::function<qint64()> m_now;
    PartModel *m_model;
    PartList *m_list;
    PartMap *m_map;
    HoldBar *m_bar;
    QTimer m_timer; ///< of the countdown
    UploadSnapshot m_upload;
};

} // namespace longshore
