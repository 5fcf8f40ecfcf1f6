#pragma once

#include "ui/connection/keystorage.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace longshore {

/// Takes an API key, and tells where it will be. Never shows a stored one: it isn't given one.
class KeyField final : public QWidget
{
    Q_OBJECT

public:
    explicit KeyField(QWidget *parent = nullptr);

    void setStorage(KeyStorage storage, const QString &sentence);
    /// Whether there is a key already. Takes back a wish to forget it.
    void setStored(bool stored);

    /// As entered, without white space around it; empty: nothing was entered.
    QByteArray key() const;
    void clear();
    /// The stored key is to be forgotten, and there is no new one in its place.
    bool forgetKey() const;

    /// For a label's mnemonic.
    QLineEdit *input() const { return m_input; }

Q_SIGNALS:
    void changed();

private:
    void showWords();

    QLineEdit *m_input;
    QToolButton *m_show;
    QLabel *m_state;
    QPushButton *m_forget;
    KeyStorage m_storage = KeyStorage::Keychain;
    QString m_sentence;
    bool m_stored = false;
    bool m_forgotten = false;
};

} // namespace longshore
