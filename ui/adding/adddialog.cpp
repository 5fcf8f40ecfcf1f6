#include "ui/adding/adddialog.h"

#include "cli/humantext.h"
#include "queue/purposes.h"
#include "ui/adding/holdchoice.h"
#include "ui/adding/purposefields.h"
#include "ui/details/roomydelegate.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScreen>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace longshore {

using namespace Qt::StringLiterals;

AddDialog::AddDialog(const QList<FileToAdd> &files, bool hold, HoldEnd holdEnd, QWidget *parent)
    : QDialog(parent)
    , m_model(files)
    , m_separate(new QRadioButton(tr("&One upload each"), this))
    , m_combined(new QRadioButton(tr("&Combine into one upload:"), this))
    , m_name(new QLineEdit(m_model.proposedName(), this))
    , m_table(new QTreeView(this))
    , m_scope(new QLabel(this))
    , m_fields(new PurposeFields(this))
    , m_warnings(new QLabel(this))
    , m_hold(new HoldChoice(this))
    , m_add(nullptr)
{
    setWindowTitle(tr("Add Uploads"));
    auto *heading = new QLabel(tr("%n file(s), %1", nullptr, static_cast<int>(files.size()))
                                   .arg(bytesText(m_model.bytes())),
                               this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    m_warnings->setWordWrap(true);
    m_warnings->setTextFormat(Qt::PlainText);
    m_scope->setWordWrap(true);
    m_hold->setChoice(hold, holdEnd);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_add = buttons->addButton(tr("&Add"), QDialogButtonBox::AcceptRole);
    m_add->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(heading);
    layout->addWidget(makeModeChoice());
    layout->addWidget(makeTable(), 1);
    layout->addWidget(m_scope);
    layout->addWidget(m_fields);
    layout->addWidget(m_warnings);
    layout->addWidget(m_hold);
    layout->addWidget(buttons);
    connectFields();
    showChoice();
    const int em = fontMetrics().height();
    resize(QSize(em * 46, em * 30).boundedTo(screen()->availableSize()));
}

QWidget *AddDialog::makeModeChoice()
{
    auto *row = new QWidget(this);
    auto *layout = new QVBoxLayout(row);
    layout->setContentsMargins({});
    auto *combine = new QHBoxLayout;
    layout->addWidget(m_separate);
    layout->addLayout(combine);
    combine->addWidget(m_combined);
    combine->addWidget(m_name, 1);
    m_name->setAccessibleName(tr("Name of the combined upload"));
    m_separate->setChecked(true);
    m_name->setEnabled(false);
    row->setVisible(m_model.rowCount() > 1);
    return row;
}

QWidget *AddDialog::makeTable()
{
    m_table->setAccessibleName(tr("Files to add"));
    m_table->setModel(&m_model);
    m_table->setItemDelegate(new RoomyDelegate(m_table));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setTextElideMode(Qt::ElideMiddle);
    const int digit = fontMetrics().horizontalAdvance(u'0');
    m_table->header()->resizeSection(AddModel::Name, digit * 26);
    m_table->header()->resizeSection(AddModel::Size, digit * 10);
    m_table->header()->resizeSection(AddModel::Purpose, digit * 12);
    m_table->header()->resizeSection(AddModel::MimeType, digit * 16);
    const auto addMove = [this](const QString &text, const QKeySequence &keys, int step) {
        auto *move = new QAction(text, m_table);
        move->setShortcut(keys);
        move->setShortcutContext(Qt::WidgetShortcut);
        connect(move, &QAction::triggered, this,
                [this, step] { m_model.moveFiles(selectedRows(), step); });
        m_table->addAction(move);
    };
    addMove(tr("Move Up"), {Qt::ALT | Qt::Key_Up}, -1);
    addMove(tr("Move Down"), {Qt::ALT | Qt::Key_Down}, 1);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    return m_table;
}

void AddDialog::connectFields()
{
    connect(m_combined, &QRadioButton::toggled, this, &AddDialog::showChoice);
    connect(m_combined, &QRadioButton::toggled, m_name, &QWidget::setEnabled);
    connect(m_name, &QLineEdit::textChanged, this, &AddDialog::showProblems);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &AddDialog::showChoice);
    connect(m_fields, &PurposeFields::purposeChosen, this, [this](const QString &purpose) {
        m_model.setPurpose(chosenRows(), purpose.trimmed());
        m_fields->show(purpose, m_model.commonMimeType(chosenRows()));
        showProblems();
    });
    connect(m_fields, &PurposeFields::mimeTypeChosen, this, [this](const QString &mimeType) {
        m_model.setMimeType(chosenRows(), mimeType.trimmed());
        showProblems();
    });
}

bool AddDialog::isCombined() const
{
    return m_combined->isChecked();
}

QList<int> AddDialog::selectedRows() const
{
    QList<int> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        rows.append(index.row());
    return rows;
}

/// The selected rows; all where none is selected, or where they become one upload.
QList<int> AddDialog::chosenRows() const
{
    QList<int> rows = selectedRows();
    if (rows.isEmpty() || isCombined()) {
        rows.resize(m_model.rowCount());
        std::iota(rows.begin(), rows.end(), 0);
    }
    return rows;
}

void AddDialog::showChoice()
{
    const QList<int> rows = chosenRows();
    const auto count = static_cast<int>(rows.size());
    if (isCombined())
        m_scope->setText(
            tr("The files follow each other as listed; Alt+Up and Alt+Down move them."));
    else if (count == m_model.rowCount())
        m_scope->setText(count == 1 ? tr("For this file:") : tr("For all files:"));
    else
        m_scope->setText(tr("For the %n selected file(s):", nullptr, count));
    QString purpose = m_model.commonPurpose(rows);
    QString mimeType = m_model.commonMimeType(rows);
    // One upload has one of each.
    if (isCombined() && purpose.isEmpty())
        purpose = defaultPurpose(m_name->text());
    if (isCombined() && mimeType.isEmpty())
        mimeType = defaultMimeType(m_name->text(), purpose);
    m_fields->show(purpose, mimeType);
    showProblems();
}

void AddDialog::showProblems()
{
    QStringList sentences;
    if (!isCombined())
        sentences = m_model.warnings();
    else
        for (const PurposeWarning &warning :
             purposeWarnings(m_name->text(), m_fields->purpose(), m_model.bytes()))
            sentences.append(warning.message);
    const bool nameMissing = isCombined() && m_name->text().trimmed().isEmpty();
    const bool nameIsPath = isCombined() && m_name->text().contains(u'/');
    if (nameMissing)
        sentences.prepend(tr("The combined upload needs a name."));
    else if (nameIsPath)
        sentences.prepend(tr("The name of the combined upload can't have a slash in it."));
    m_warnings->setText(sentences.join(u'\n'));
    m_warnings->setVisible(!sentences.isEmpty());
    m_add->setEnabled(!nameMissing && !nameIsPath);
}

QList<UploadRequest> AddDialog::requests() const
{
    QList<UploadRequest> requests;
    if (isCombined())
        requests = {m_model.combinedRequest(m_name->text().trimmed(), m_fields->purpose(),
                                            m_fields->mimeType())};
    else
        requests = m_model.separateRequests();
    for (UploadRequest &request : requests) {
        request.hold = m_hold->isHeld();
        request.holdEnd = m_hold->end();
    }
    return requests;
}

} // namespace longshore
