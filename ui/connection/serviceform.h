#pragma once

#include "session/profile.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace longshore {

class FileField;
class KeyField;

/// A service as the user describes it, and its key. Shows only what the chosen kind needs, and
/// remembers the rest.
class ServiceForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ServiceForm(QWidget *parent = nullptr);

    void setProfile(const Profile &profile);
    /// As entered; holds only what its kind uses.
    Profile profile() const;
    /// Puts another address into the profile as it is.
    void setAddress(const QUrl &address);

    KeyField *keyField() const { return m_key; }

Q_SIGNALS:
    void changed();
    /// A service was chosen or its address is complete, so that it is known whose key is wanted.
    void settled();

private:
    QLineEdit *addLine(const QString &label, const QString &name, const QString &example);
    void addRow(const QString &label, QWidget *field, QWidget *buddy);
    void buildServices();
    void buildAddresses();
    void buildKey();
    void buildDetails();
    void showRow(QWidget *field, bool visible);
    void showRows();
    ServiceKind kind() const;
    QLineEdit *addressOf(ServiceKind kind) const;

    QGridLayout *m_layout; ///< and not a QFormLayout, whose setRowVisible() loses rows in Qt 6.4
    QHash<QWidget *, QLabel *> m_labels; ///< by field
    QComboBox *m_service = nullptr;
    QLabel *m_sandboxWords = nullptr;
    QLineEdit *m_endpoint = nullptr;
    QLineEdit *m_apiVersion = nullptr;
    QLineEdit *m_baseUrl = nullptr;
    QComboBox *m_header = nullptr;
    KeyField *m_key = nullptr;
    QLineEdit *m_organization = nullptr;
    QLineEdit *m_project = nullptr;
    FileField *m_caFile = nullptr;
};

} // namespace longshore
