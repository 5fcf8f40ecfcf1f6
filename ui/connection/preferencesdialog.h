#pragma once

#include "session/preferences.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace longshore {

class RateField;

/// Shows and changes the preferences. Takes and gives values; keeps nothing. Use open() or show().
class PreferencesDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit PreferencesDialog(QWidget *parent = nullptr);

    void setPreferences(const Preferences &preferences);
    Preferences preferences() const;

private:
    QWidget *buildTransfers();
    QWidget *buildNewUploads();
    QWidget *buildWindow();

    QSpinBox *m_lanes = nullptr;
    RateField *m_rate = nullptr;
    QCheckBox *m_share = nullptr;
    QCheckBox *m_awake = nullptr;
    QCheckBox *m_ask = nullptr;
    QCheckBox *m_hold = nullptr;
    QComboBox *m_holdEnd = nullptr;
    QComboBox *m_close = nullptr;
    QCheckBox *m_notify = nullptr;
};

} // namespace longshore
