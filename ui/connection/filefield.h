#pragma once

#include <QWidget>

class QFileDialog;
class QLineEdit;
class QPushButton;

namespace longshore {

/// The path of an existing certificate file, typed or chosen.
class FileField final : public QWidget
{
    Q_OBJECT

public:
    explicit FileField(QWidget *parent = nullptr);

    void setPath(const QString &path);
    QString path() const;

    /// For a label's mnemonic.
    QLineEdit *input() const { return m_input; }

Q_SIGNALS:
    void changed();

private:
    void browse();

    QLineEdit *m_input;
    QPushButton *m_browse;
    QFileDialog *m_dialog = nullptr; ///< made when it is first needed
};

} // namespace longshore
