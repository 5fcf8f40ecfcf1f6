#pragma once

#include "transfer/uploadstate.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace longshore {

class CopyableLabel;

/// What is wrong with an upload: the sentence, the advice, the service's own words, the request id,
/// and one action that helps.
class TroubleBlock final : public QFrame
{
    Q_OBJECT

public:
    explicit TroubleBlock(QWidget *parent = nullptr);

    /// Hides itself where nothing is wrong.
    void showUpload(const UploadSnapshot &upload);
    /// Of the button; empty: no button.
    void setAction(const QString &text);

Q_SIGNALS:
    void actionRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_sentence;
    QLabel *m_advice;
    QLabel *m_words;
    QWidget *m_requestLine;
    CopyableLabel *m_request;
    QPushButton *m_action;
    bool m_isWait = false; ///< which mends itself
};

} // namespace longshore
