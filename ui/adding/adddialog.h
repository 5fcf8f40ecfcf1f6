#pragma once

#include "queue/uploadrequest.h"
#include "ui/models/addmodel.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QTreeView;

namespace longshore {

class HoldChoice;
class PurposeFields;

/// What is about to be queued: one upload each or all combined, purpose and MIME type for one or
/// many, and whether to hold.
class AddDialog final : public QDialog
{
    Q_OBJECT

public:
    AddDialog(const QList<FileToAdd> &files, bool hold, HoldEnd holdEnd, QWidget *parent = nullptr);

    QList<UploadRequest> requests() const;

private:
    QWidget *makeModeChoice();
    QWidget *makeTable();
    void connectFields();
    QList<int> selectedRows() const;
    QList<int> chosenRows() const;
    bool isCombined() const;
    void showChoice();
    void showProblems();

    AddModel m_model;
    QRadioButton *m_separate;
    QRadioButton *m_combined;
    QLineEdit *m_name;
    QTreeView *m_table;
    QLabel *m_scope;
    PurposeFields *m_fields;
    QLabel *m_warnings;
    HoldChoice *m_hold;
    QPushButton *m_add;
};

} // namespace longshore
