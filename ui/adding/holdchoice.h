#pragma once

#include "transfer/uploadspec.h"

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace longshore {

/// Whether to hold, and what becomes of a held upload when its hour ends: asked together.
class HoldChoice final : public QWidget
{
    Q_OBJECT

public:
    explicit HoldChoice(QWidget *parent = nullptr);

    void setChoice(bool hold, HoldEnd end);
    bool isHeld() const;
    HoldEnd end() const;

private:
    QCheckBox *m_hold;
    QComboBox *m_end;
};

} // namespace longshore
