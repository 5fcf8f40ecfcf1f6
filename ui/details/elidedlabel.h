#pragma once

#include <QLabel>

namespace longshore {

/// One line of plain text that loses its middle where it does not fit, such as a path. The tool
/// tip, a screen reader and Copy have all of it.
class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    /// `text` is shown as it is.
    void setFullText(const QString &text);
    /// The longest first: the first one that fits is shown, or the last one as far as it does.
    void setTexts(const QStringList &texts);
    const QString &fullText() const { return m_fullText; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void elide();
    void copy() const;

    QString m_fullText;
    QStringList m_shorter; ///< for less room
};

} // namespace longshore
