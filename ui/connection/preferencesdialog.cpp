#include "ui/connection/preferencesdialog.h"

#include "ui/connection/formarea.h"
#include "ui/connection/ratefield.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace longshore {

namespace {

template <typename Value> int toInt(Value value)
{
    return static_cast<int>(value);
}

/// A group that fits into a narrow window.
QFormLayout *formIn(QGroupBox *group)
{
    auto *form = new QFormLayout(group);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    return form;
}

void addRow(QFormLayout *form, const QString &text, QWidget *field)
{
    auto *label = new QLabel(text, form->parentWidget());
    label->setBuddy(field);
    form->addRow(label, field);
}

} // namespace

PreferencesDialog::PreferencesDialog(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Settings"));
    auto *content = new QWidget(this);
    auto *groups = new QVBoxLayout(content);
    groups->setContentsMargins({});
    groups->addWidget(buildTransfers());
    groups->addWidget(buildNewUploads());
    groups->addWidget(buildWindow());
    groups->addStretch(1);

    auto *buttons = new QDialogButtonBox(
        QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, this);
    const auto all = buttons->buttons();
    for (QAbstractButton *button : all)
        button->setAccessibleName(button->text().remove(u'&'));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
            [this] { setPreferences({}); });

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(new FormArea(content, this), 1);
    layout->addWidget(buttons);
    setPreferences({});
}

QWidget *PreferencesDialog::buildTransfers()
{
    auto *group = new QGroupBox(tr("Transfers"), this);
    QFormLayout *form = formIn(group);
    m_lanes = new QSpinBox(group);
    m_lanes->setRange(0, Preferences::kMostLanes);
    m_lanes->setSpecialValueText(tr("Automatic"));
    m_lanes->setAccessibleName(tr("Parts sent at once"));
    m_lanes->setToolTip(tr("Automatic: as many as the line is fastest with"));
    m_lanes->setAccessibleDescription(m_lanes->toolTip());
    addRow(form, tr("&Parts sent at once:"), m_lanes);
    m_rate = new RateField(group);
    form->addRow(m_rate);
    m_share = new QCheckBox(tr("Leave 20 % of the line &free for others"), group);
    m_share->setAccessibleName(tr("Leave 20 % of the line free for others"));
    m_share->setToolTip(tr("The line is measured for some seconds each minute"));
    m_share->setAccessibleDescription(m_share->toolTip());
    form->addRow(m_share);
    m_awake = new QCheckBox(tr("&Keep the computer awake while uploads run"), group);
    m_awake->setAccessibleName(tr("Keep the computer awake while uploads run"));
    form->addRow(m_awake);
    return group;
}

QWidget *PreferencesDialog::buildNewUploads()
{
    auto *group = new QGroupBox(tr("New uploads"), this);
    QFormLayout *form = formIn(group);
    m_ask = new QCheckBox(tr("&Ask for purpose and type before they are added"), group);
    m_ask->setAccessibleName(tr("Ask for purpose and type before uploads are added"));
    form->addRow(m_ask);
    m_hold = new QCheckBox(tr("&Hold them, to arrange the parts before completing"), group);
    m_hold->setAccessibleName(tr("Hold new uploads, to arrange the parts before completing"));
    form->addRow(m_hold);
    m_holdEnd = new QComboBox(group);
    m_holdEnd->setAccessibleName(tr("When a held upload is about to expire"));
    m_holdEnd->addItem(tr("let it expire"), toInt(HoldEnd::LetExpire));
    m_holdEnd->addItem(tr("complete it as shown, two minutes before"),
                       toInt(HoldEnd::CompleteBefore));
    addRow(form, tr("When one is about to &expire:"), m_holdEnd);
    connect(m_hold, &QCheckBox::toggled, m_holdEnd, &QWidget::setEnabled);
    return group;
}

QWidget *PreferencesDialog::buildWindow()
{
    auto *group = new QGroupBox(tr("Window"), this);
    QFormLayout *form = formIn(group);
    m_close = new QComboBox(group);
    m_close->setAccessibleName(tr("When the window is closed"));
    m_close->addItem(tr("ask"), toInt(CloseAction::Ask));
    m_close->addItem(tr("go on in the tray"), toInt(CloseAction::KeepInTray));
    m_close->addItem(tr("quit"), toInt(CloseAction::Quit));
    addRow(form, tr("When it is &closed:"), m_close);
    m_notify = new QCheckBox(tr("Show &notifications"), group);
    m_notify->setAccessibleName(tr("Show notifications"));
    form->addRow(m_notify);
    return group;
}

void PreferencesDialog::setPreferences(const Preferences &preferences)
{
    m_lanes->setValue(preferences.lanes);
    m_rate->setLimit(preferences.rateLimit);
    m_share->setChecked(preferences.leavesShareFree);
    m_awake->setChecked(preferences.keepAwake);
    m_ask->setChecked(preferences.askBeforeAdding);
    m_hold->setChecked(preferences.holdByDefault);
    m_holdEnd->setCurrentIndex(m_holdEnd->findData(toInt(preferences.holdEnd)));
    m_holdEnd->setEnabled(preferences.holdByDefault);
    m_close->setCurrentIndex(m_close->findData(toInt(preferences.closeAction)));
    m_notify->setChecked(preferences.notifications);
}

Preferences PreferencesDialog::preferences() const
{
    Preferences preferences;
    preferences.lanes = m_lanes->value();
    preferences.rateLimit = m_rate->limit();
    preferences.leavesShareFree = m_share->isChecked();
    preferences.keepAwake = m_awake->isChecked();
    preferences.askBeforeAdding = m_ask->isChecked();
    preferences.holdByDefault = m_hold->isChecked();
    preferences.holdEnd = static_cast<HoldEnd>(m_holdEnd->currentData().toInt());
    preferences.closeAction = static_cast<CloseAction>(m_close->currentData().toInt());
    preferences.notifications = m_notify->isChecked();
    return preferences;
}

} // namespace longshore
