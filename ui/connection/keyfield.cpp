#include "ui/connection/keyfield.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace longshore {

KeyField::KeyField(QWidget *parent)
    : QWidget(parent)
    , m_input(new QLineEdit(this))
    , m_show(new QToolButton(this))
    , m_state(new QLabel(this))
    , m_forget(new QPushButton(this))
{
    m_input->setEchoMode(QLineEdit::Password);
    m_input->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText
                                 | Qt::ImhNoAutoUppercase);
    m_input->setAccessibleName(tr("API key"));
    connect(m_input, &QLineEdit::textChanged, this, [this] {
        showWords();
        Q_EMIT changed();
    });

    m_show->setText(tr("Sho&w"));
    m_show->setAccessibleName(tr("Show the API key"));
    m_show->setToolTip(tr("Show the key that is being entered"));
    m_show->setCheckable(true);
    connect(m_show, &QToolButton::toggled, this, [this](bool shown) {
        m_input->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    });

    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);

    m_forget->setAutoDefault(false);
    connect(m_forget, &QPushButton::clicked, this, [this] {
        m_forgotten = !m_forgotten;
        showWords();
        Q_EMIT changed();
    });

    auto *entry = new QHBoxLayout;
    entry->addWidget(m_input, 1);
    entry->addWidget(m_show);
    auto *below = new QHBoxLayout;
    below->addWidget(m_state, 1);
    below->addWidget(m_forget, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(entry);
    layout->addLayout(below);
    setFocusProxy(m_input);
    showWords();
}

void KeyField::setStorage(KeyStorage storage, const QString &sentence)
{
    m_storage = storage;
    m_sentence = sentence;
    showWords();
}

void KeyField::setStored(bool stored)
{
    m_stored = stored;
    m_forgotten = false;
    showWords();
}

QByteArray KeyField::key() const
{
    return m_input->text().trimmed().toUtf8();
}

void KeyField::clear()
{
    m_input->clear();
    m_show->setChecked(false);
}

bool KeyField::forgetKey() const
{
    return m_stored && m_forgotten && key().isEmpty();
}

void KeyField::showWords()
{
    const bool entered = !key().isEmpty();
    // A new key takes the stored one's place, so there is nothing to keep or to forget.
    const KeyWords words =
        keyWords(m_storage, m_sentence, m_stored && !entered, m_forgotten && !entered);
    m_input->setPlaceholderText(words.placeholder);
    m_input->setAccessibleDescription(words.state);
    m_state->setText(words.state);
    m_forget->setText(m_forgotten ? tr("&Keep Key") : tr("&Forget Key"));
    m_forget->setAccessibleName(m_forgotten ? tr("Keep the stored key")
                                            : tr("Forget the stored key"));
    // The program can't change its environment for the next start.
    m_forget->setVisible(m_stored && !entered && m_storage != KeyStorage::FromEnvironment);
}

} // namespace longshore
