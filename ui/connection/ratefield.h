#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace longshore {

/// A limit for a rate, or none.
class RateField final : public QWidget
{
    Q_OBJECT

public:
    explicit RateField(QWidget *parent = nullptr);

    /// 0: none. What is outside of Preferences' bounds is put into them.
    void setLimit(qint64 bytesPerSecond);
    qint64 limit() const;

private:
    QCheckBox *m_limited;
    QDoubleSpinBox *m_amount;
    QComboBox *m_unit;
};

} // namespace longshore
