#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"
#include "ui/models/helpfulaction.h"

#include <QHash>
#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace longshore {

class CopyableLabel;
class ElidedLabel;
class TroubleBlock;

/// All that is known of one upload as a whole.
class OverviewTab final : public QScrollArea
{
    Q_OBJECT

public:
    explicit OverviewTab(QWidget *parent = nullptr);

    void showUpload(const UploadSnapshot &upload);
    void showPlan(const UploadPlan &plan);
    void clear();

Q_SIGNALS:
    void chosen(longshore::HelpfulAction action);

private:
    template <typename Value> Value *addRow(const QString &title, Value *value);
    void showRow(QWidget *value, bool visible);
    void setText(QLabel *label, const QString &text);
    void setId(CopyableLabel *label, const QString &id);
    void showPaths(const QStringList &paths);

    TroubleBlock *m_trouble;
    QGridLayout *m_form;
    QHash<QWidget *, QLabel *> m_titles; ///< by the widget with the value
    ElidedLabel *m_name;
    QWidget *m_paths;
    QStringList m_shownPaths;
    QLabel *m_state;
    QLabel *m_size;
    QLabel *m_parts;
    QLabel *m_partSize;
    QLabel *m_rate;
    QLabel *m_checksum;
    QLabel *m_purpose;
    QLabel *m_mimeType;
    QLabel *m_expires;
    CopyableLabel *m_uploadId;
    CopyableLabel *m_fileId;
};

} // namespace longshore
