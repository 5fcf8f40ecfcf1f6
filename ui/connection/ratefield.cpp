#include "ui/connection/ratefield.h"

#include "session/preferences.h"
#include "ui/connection/rateunits.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>

#include <algorithm>

namespace longshore {

namespace {

/// Proposed to someone who switches the limit on.
constexpr qint64 kProposedLimit = 5'000'000; // bytes/s

/// Shows no more digits behind the point than there are.
class AmountBox final : public QDoubleSpinBox
{
public:
    using QDoubleSpinBox::QDoubleSpinBox;

    QString textFromValue(double value) const override
    {
        return locale().toString(value, 'f', QLocale::FloatingPointShortest);
    }
};

} // namespace

RateField::RateField(QWidget *parent)
    : QWidget(parent)
    , m_limited(new QCheckBox(tr("&Limit the rate to"), this))
    , m_amount(new AmountBox(this))
    , m_unit(new QComboBox(this))
{
    m_limited->setAccessibleName(tr("Limit the rate"));
    m_amount->setAccessibleName(tr("Highest rate"));
    m_amount->setDecimals(kRateDecimals);
    m_amount->setRange(1,
                       static_cast<double>(Preferences::kLargestRateLimit)
                           / static_cast<double>(RateUnit::Kilobytes));
    m_amount->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_unit->setAccessibleName(tr("Unit of the highest rate"));
    m_unit->addItem(tr("kB/s"), static_cast<qint64>(RateUnit::Kilobytes));
    m_unit->addItem(tr("MB/s"), static_cast<qint64>(RateUnit::Megabytes));
    connect(m_limited, &QCheckBox::toggled, m_amount, &QWidget::setEnabled);
    connect(m_limited, &QCheckBox::toggled, m_unit, &QWidget::setEnabled);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_limited);
    layout->addWidget(m_amount);
    layout->addWidget(m_unit);
    layout->addStretch(1);
    setFocusProxy(m_limited);
    setLimit(0);
}

void RateField::setLimit(qint64 bytesPerSecond)
{
    m_limited->setChecked(bytesPerSecond > 0);
    m_amount->setEnabled(bytesPerSecond > 0);
    m_unit->setEnabled(bytesPerSecond > 0);
    const qint64 shown = bytesPerSecond > 0
        ? std::clamp(bytesPerSecond, Preferences::kSmallestRateLimit,
                     Preferences::kLargestRateLimit)
        : kProposedLimit;
    const WrittenRate rate = writtenRate(shown);
    m_unit->setCurrentIndex(m_unit->findData(static_cast<qint64>(rate.unit)));
    m_amount->setValue(rate.amount);
}

qint64 RateField::limit() const
{
    if (!m_limited->isChecked())
        return 0;
    const auto unit = static_cast<RateUnit>(m_unit->currentData().toLongLong());
    return std::clamp(bytesPerSecond({m_amount->value(), unit}), Preferences::kSmallestRateLimit,
                      Preferences::kLargestRateLimit);
}

} // namespace longshore
