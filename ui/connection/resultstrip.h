#pragma once

#include "session/connectiondiagnosis.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace longshore {

/// A place in a dialog for what is missing, what is going on, and what came of it: icon and words.
class ResultStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit ResultStrip(QWidget *parent = nullptr);

    /// Words without an icon; empty: nothing.
    void showHint(const QString &text);
    void showResult(const ConnectionResult &result);
    QString text() const;

Q_SIGNALS:
    /// The user wants to use an address that a result proposed.
    void addressChosen(const QUrl &address);

protected:
    void changeEvent(QEvent *event) override;

private:
    void showIcon(const QString &name);
    void showText(const QString &text);

    QLabel *m_icon;
    QLabel *m_words;
    QPushButton *m_useAddress;
    QString m_iconName;
    QUrl m_address;
};

} // namespace longshore
