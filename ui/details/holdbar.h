#pragma once

#include "transfer/uploadstate.h"

#include <QList>
#include <QWidget>

#include <optional>

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace longshore {

/// Above the parts: whether the upload stops before it is completed, what becomes of it when its
/// time is over, the buttons that arrange its parts, and the one that completes it. Wraps where it
/// is narrow.
class HoldBar final : public QWidget
{
    Q_OBJECT

public:
    explicit HoldBar(const QList<QAction *> &arrangeActions, QWidget *parent = nullptr);

    /// Hides itself where there is nothing left to decide. `nowMs`: Unix ms.
    void showUpload(const UploadSnapshot &upload, qint64 nowMs);
    /// `cutsLines`: the order tears lines of a JSONL file apart.
    void showOrder(bool isFileOrder, bool cutsLines);

Q_SIGNALS:
    void holdChosen(bool hold, longshore::HoldEnd end);
    void completeRequested();
    void skipChecksumRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void drawWarning();
    /// What was chosen here and is not yet what the engine tells.
    struct Choice
    {
        bool hold = false;
        HoldEnd end = HoldEnd::LetExpire;
        qint64 chosenAt = 0; ///< Unix ms
    };

    QWidget *makeHoldLine();
    QWidget *makeArrangeLine(const QList<QAction *> &actions);
    QWidget *makeChecksum(QWidget *parent);
    QWidget *makeWarning();
    void choose();
    bool isHeld() const; ///< as last chosen, or as last told
    void refresh();

    QCheckBox *m_hold = nullptr;
    QWidget *m_endChoice = nullptr;
    QComboBox *m_end = nullptr;
    QLabel *m_countdown = nullptr;
    QWidget *m_arrangeLine = nullptr;
    QWidget *m_buttons = nullptr;
    QLabel *m_customOrder = nullptr;
    QLabel *m_checksum = nullptr;
    QWidget *m_checksumLine = nullptr;
    QPushButton *m_complete = nullptr;
    QWidget *m_warning = nullptr;
    QLabel *m_warningIcon = nullptr;

    UploadSnapshot m_upload;
    qint64 m_nowMs = 0;
    bool m_isFileOrder = true;
    bool m_cutsLines = false;
    std::optional<Choice> m_choice;
};

} // namespace longshore
