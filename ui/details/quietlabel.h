#pragma once

#include <QLabel>

namespace longshore {

/// Text that steps back behind other text, and can be read all the same: a placeholder's colour is
/// too faint for what is to be read.
class QuietLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit QuietLabel(const QString &text, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void colour();

    bool m_colouring = false;
};

} // namespace longshore
