#pragma once

#include "transfer/uploadstate.h"
#include "ui/models/helpfulaction.h"
#include "ui/models/uploadtext.h"

#include <QFrame>

class QLabel;

namespace longshore {

class ChoiceList;
class CopyableLabel;

/// What is wrong with an upload, or waits for the user: the sentence, the advice, the service's own
/// words, the request id, and what can be done.
class TroubleBlock final : public QFrame
{
    Q_OBJECT

public:
    explicit TroubleBlock(QWidget *parent = nullptr);

    /// Hides itself where nothing is wrong.
    void showUpload(const UploadSnapshot &upload);

Q_SIGNALS:
    void chosen(longshore::HelpfulAction action);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Words
    {
        QString sentence;
        QString first; ///< paragraph: advice, or why
        QString second; ///< and what else is to be said
        QString requestId;
    };
    static Words wordsOf(const UploadSnapshot &upload);
    QColor colour() const;

    QLabel *m_sentence;
    QLabel *m_first;
    QLabel *m_second;
    QWidget *m_requestLine;
    CopyableLabel *m_request;
    ChoiceList *m_choices;
    RowTone m_tone = RowTone::Quiet;
};

} // namespace longshore
