#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"

#include <QMainWindow>

#include <functional>

class QSettings;
class QSplitter;
class QStackedWidget;

namespace longshore {

class AddFlow;
class ConnectionLabel;
class DetailsPanel;
class ElidedLabel;
class JournalBars;
class MessageBar;
class QueueActions;
class QueueModel;
class QueueView;
class Session;

/// The window: the queue, the selected upload below it, and where the uploads go at the bottom.
/// Shows what the session says and hands it what the user wants.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// `session` outlives the window; `now` is Unix ms.
    MainWindow(Session &session, std::function<qint64()> now, QWidget *parent = nullptr);
    ~MainWindow() override;

    QueueActions &actions() { return *m_actions; }
    QueueModel &model() { return *m_model; }
    AddFlow &adding() { return *m_adding; }

    /// To the front, out of the tray or of the task bar.
    void bringToFront();
    /// Does nothing for an unknown key.
    void selectUpload(const QString &key);
    /// One line at the top of the queue, with a button where `action` is not empty.
    void showMessage(const QString &text, const QString &action = {},
                     std::function<void()> onAction = {});

    void saveLayout(QSettings &settings) const;
    void restoreLayout(const QSettings &settings);

Q_SIGNALS:
    /// The user closes the window; whether that ends the program is for others to decide.
    void closeRequested();
    void minimized();
    void quitRequested();
    void connectionRequested();
    void preferencesRequested();

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void buildStatusBar();
    void connectSession();
    void connectActions();
    void onSelectionChanged();
    void onChanged(const QList<UploadSnapshot> &uploads);
    void onTotalsChanged();
    void showUploadOf(const QString &key);
    void setHold(const QStringList &keys, bool hold, HoldEnd end);
    void askHoldEnd(const QStringList &keys);
    void askCancel(const QStringList &keys, qint64 confirmedBytes);
    void askStartOver(const QStringList &keys);
    void editDetails(const QStringList &keys);
    void showQueueMenu(const QPoint &position);
    void paste();
    void updateTitle();

    Session &m_session;
    std::function<qint64()> m_now;
    QueueModel *m_model; ///< child, as all below
    QueueView *m_view;
    DetailsPanel *m_details;
    QueueActions *m_actions;
    AddFlow *m_adding;
    JournalBars *m_journal;
    MessageBar *m_messages;
    QStackedWidget *m_pages;
    QSplitter *m_splitter;
    ElidedLabel *m_facts; ///< rate, time left and counts
    ConnectionLabel *m_connection;
    QStringList m_added; ///< keys of what the user has added, to be scrolled to
};

} // namespace longshore
