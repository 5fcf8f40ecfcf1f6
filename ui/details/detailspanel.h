#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"
#include "ui/models/helpfulaction.h"
#include "ui/models/uploadlog.h"

#include <QWidget>

#include <functional>

class QStackedLayout;
class QTabWidget;

namespace longshore {

class LogTab;
class OverviewTab;
class PartsTab;
class QuietLabel;

/// Everything about the one upload that is selected: its parts, an overview, and what happened to
/// it. Gets values and answers by signals; what concerns another upload than the one shown is kept
/// (events) or left alone (all else). GUI thread.
class DetailsPanel final : public QWidget
{
    Q_OBJECT

public:
    /// `now`: Unix ms, for countdowns.
    explicit DetailsPanel(std::function<qint64()> now, QWidget *parent = nullptr);

    /// Another key than before: plan, parts and order of the one before are gone.
    void showUpload(const UploadSnapshot &upload);
    void showPlan(const QString &key, const UploadPlan &plan);
    void showParts(const QString &key, const QList<PartSnapshot> &parts, const QList<int> &order);
    /// `several`: more than one upload is selected.
    void showNothing(bool several = false);

    /// For any upload, shown or not.
    void addEvent(const QString &key, const UploadEvent &event, qint64 unixMs);
    /// The upload was removed: its log may go.
    void forget(const QString &key);

    /// Empty: nothing.
    const QString &shownKey() const { return m_key; }

    /// The chosen tab and the columns.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void orderChosen(const QString &key, const QList<int> &order);
    void holdChosen(const QString &key, bool hold, longshore::HoldEnd end);
    void completeRequested(const QString &key);
    void skipChecksumRequested(const QString &key);
    /// One of choicesFor() the upload.
    void actionChosen(const QString &key, longshore::HelpfulAction action);

private:
    UploadLogs m_logs;
    QString m_key;
    QStackedLayout *m_pages;
    QTabWidget *m_tabs;
    QuietLabel *m_nothing;
    PartsTab *m_parts;
    OverviewTab *m_overview;
    LogTab *m_log;
};

} // namespace longshore
