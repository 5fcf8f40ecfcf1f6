#pragma once

#include "session/connectiondraft.h"
#include "session/connectiontest.h"
#include "ui/connection/keystorage.h"

#include <QDialog>
#include <QHash>

#include <functional>

class QDialogButtonBox;
class QPushButton;

namespace longshore {

class FormArea;
class KeyField;
class ResultStrip;
class ServiceForm;

/// Asks for a service and its key, and tries whether they work. Takes and gives values; keeps
/// nothing. Use open() or show().
class ConnectionDialog final : public QDialog
{
    Q_OBJECT

public:
    /// Answers with the stored key of a profile's account, or an empty one, at once or later, but
    /// not once `context` is gone.
    using StoredKeys = std::function<void(const Profile &profile, QObject *context,
                                          std::function<void(const QByteArray &key)> found)>;

    /// `pool` must outlive the dialog; see ConnectionTest.
    explicit ConnectionDialog(QThreadPool &pool, QWidget *parent = nullptr);
    ConnectionDialog(QThreadPool &pool, const ConnectionTest::Settings &settings,
                     QWidget *parent = nullptr);

    /// `keyStored`: there is a key for it already, which an empty field keeps.
    void setProfile(const Profile &profile, bool keyStored);
    /// Where a key that is entered will be. `sentence` says more, such as why there is no keychain;
    /// may be empty.
    void setKeyStorage(KeyStorage storage, const QString &sentence);
    /// Asked when a stored key is to be tried, and whether there is one when the user turns to
    /// another service.
    void setStoredKeys(StoredKeys storedKeys);
    /// With a heading, and the sandbox as a way to begin without a key.
    void setFirstStart(bool firstStart);
    /// Above the buttons until something else is to be said there; may be empty.
    void setReason(const QString &reason);

    Profile profile() const;
    /// As entered; empty: unchanged.
    QByteArray key() const;
    /// The stored key of profile() is to be forgotten.
    bool forgetKey() const;

    void done(int result) override;

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *buildWelcome();
    QWidget *buildForm();
    void buildTest();
    void buildButtons();
    ConnectionDraft draft() const;
    void onChanged();
    void onSettled();
    void refresh();
    void startTest();
    void testWith(const Profile &profile, const QByteArray &key);
    void endTest();
    void showResult(const ConnectionResult &result);

    ConnectionTest m_test;
    StoredKeys m_storedKeys;
    QHash<QString, bool> m_keyStored; ///< by account, as far as it is known
    QString m_account; ///< that the key field stands for
    int m_testNumber = 0; ///< answers about the key of an earlier test are void
    bool m_testing = false;
    KeyStorage m_storage = KeyStorage::Keychain;
    QString m_storageSentence;
    QString m_firstAccount; ///< of the profile that was set
    QString m_reason;

    QWidget *m_welcome = nullptr;
    ServiceForm *m_form = nullptr;
    KeyField *m_key = nullptr;
    FormArea *m_area = nullptr;
    QPushButton *m_tryIt = nullptr;
    ResultStrip *m_strip = nullptr;
    QDialogButtonBox *m_buttons = nullptr;
};

} // namespace longshore
