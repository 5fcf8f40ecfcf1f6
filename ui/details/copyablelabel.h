#pragma once

#include <QWidget>

class QToolButton;

namespace longshore {

class ElidedLabel;

/// An id with a button that copies it.
class CopyableLabel final : public QWidget
{
    Q_OBJECT

public:
    /// `buttonText` says what is copied, such as "Copy the file ID".
    explicit CopyableLabel(const QString &buttonText, QWidget *parent = nullptr);

    /// Shown in a fit form, copied as it is.
    void setText(const QString &text);

private:
    void copy() const;

    QString m_text;
    ElidedLabel *m_label;
    QToolButton *m_button;
};

} // namespace longshore
