#pragma once

#include "connectiontrial.h"
#include "dialogchecks.h"

#include "ui/connection/connectiondialog.h"
#include "ui/connection/resultstrip.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>

/// A connection dialog with what a test touches in it.
class DialogTrial
{
public:
    DialogTrial()
        : m_dialog(m_pool, withoutProxy())
    {
    }

    QLineEdit *line(const QString &name) const { return named<QLineEdit>(m_dialog, name); }
    QPushButton *button(const QString &name) const { return named<QPushButton>(m_dialog, name); }
    QLineEdit *key() const { return line(QStringLiteral("API key")); }
    QPushButton *testButton() const { return button(QStringLiteral("Test the connection")); }
    bool canAccept() const { return button(QStringLiteral("OK"))->isEnabled(); }
    /// What the dialog says above its buttons.
    QString told() const { return m_dialog.findChild<longshore::ResultStrip *>()->text(); }
    void choose(const QString &service)
    {
        auto *services = named<QComboBox>(m_dialog, QStringLiteral("Service"));
        services->setCurrentIndex(services->findText(service));
    }

    QThreadPool m_pool;
    longshore::ConnectionDialog m_dialog;
};
