#pragma once

#include <QWidget>

class QComboBox;

namespace longshore {

/// Purpose and MIME type, to choose from what is known or to be typed. Empty texts stand for
/// "various".
class PurposeFields final : public QWidget
{
    Q_OBJECT

public:
    explicit PurposeFields(QWidget *parent = nullptr);

    /// Shows them without a signal.
    void show(const QString &purpose, const QString &mimeType);
    QString purpose() const;
    QString mimeType() const;

Q_SIGNALS:
    void purposeChosen(const QString &purpose);
    void mimeTypeChosen(const QString &mimeType);

private:
    QComboBox *m_purpose;
    QComboBox *m_mimeType;
};

} // namespace longshore
