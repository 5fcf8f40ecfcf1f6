#include "ui/connection/connectiondialog.h"

#include "api/showntext.h"
#include "ui/connection/commandlink.h"
#include "ui/connection/formarea.h"
#include "ui/connection/keyfield.h"
#include "ui/connection/resultstrip.h"
#include "ui/connection/serviceform.h"
#include "ui/symbolicon.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// Of the heading, relative to other text.
constexpr double kHeadingSize = 1.3;

} // namespace

ConnectionDialog::ConnectionDialog(QThreadPool &pool, QWidget *parent)
    : ConnectionDialog(pool, ConnectionTest::Settings(), parent)
{
}

ConnectionDialog::ConnectionDialog(QThreadPool &pool, const ConnectionTest::Settings &settings,
                                   QWidget *parent)
    : QDialog(parent)
    , m_test(pool, settings)
{
    setWindowTitle(tr("Connection"));
    auto *layout = new QVBoxLayout(this);
    m_area = new FormArea(buildForm(), this);
    layout->addWidget(m_area, 1);
    buildTest();
    layout->addWidget(m_tryIt, 0, Qt::AlignLeading);
    layout->addWidget(m_strip);
    buildButtons();
    layout->addWidget(m_buttons);

    connect(&m_test, &ConnectionTest::finished, this, &ConnectionDialog::showResult);
    connect(m_form, &ServiceForm::changed, this, &ConnectionDialog::onChanged);
    connect(m_form, &ServiceForm::settled, this, &ConnectionDialog::onSettled);
    setFirstStart(false);
    setProfile({}, false);
}

QWidget *ConnectionDialog::buildWelcome()
{
    auto *welcome = new QWidget(this);
    auto *heading = new QLabel(tr("Where should files be uploaded to?"), welcome);
    QFont font = heading->font();
    font.setPointSizeF(QFontInfo(font).pointSizeF() * kHeadingSize);
    font.setBold(true);
    heading->setFont(font);
    heading->setTextFormat(Qt::PlainText);
    heading->setWordWrap(true);

    auto *sandbox = new CommandLink(
        tr("Tr&y the sandbox"),
        tr("A service inside this program: nothing leaves this computer, and no key is needed."),
        welcome);
    sandbox->setIcon(symbolIcon(u"sandbox"_s));
    sandbox->setAccessibleName(tr("Try the sandbox"));
    connect(sandbox, &CommandLink::clicked, this, [this] {
        Profile profile;
        profile.kind = ServiceKind::Sandbox;
        m_form->setProfile(profile);
        accept();
    });

    auto *line = new QFrame(welcome);
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Sunken);

    auto *layout = new QVBoxLayout(welcome);
    layout->setContentsMargins({});
    layout->addWidget(heading);
    layout->addWidget(sandbox);
    layout->addWidget(line);
    return welcome;
}

QWidget *ConnectionDialog::buildForm()
{
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    m_welcome = buildWelcome();
    layout->addWidget(m_welcome);
    m_form = new ServiceForm(content);
    m_key = m_form->keyField();
    layout->addWidget(m_form);
    layout->addStretch(1);
    return content;
}

void ConnectionDialog::buildTest()
{
    m_tryIt = new QPushButton(this);
    m_tryIt->setAutoDefault(false);
    connect(m_tryIt, &QPushButton::clicked, this, [this] {
        if (m_testing) {
            endTest();
            refresh();
        } else {
            startTest();
        }
    });
    m_strip = new ResultStrip(this);
    connect(m_strip, &ResultStrip::addressChosen, m_form, &ServiceForm::setAddress);
}

void ConnectionDialog::buildButtons()
{
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_buttons->button(QDialogButtonBox::Ok)->setDefault(true);
    for (auto button : {QDialogButtonBox::Ok, QDialogButtonBox::Cancel})
        m_buttons->button(button)->setAccessibleName(
            m_buttons->button(button)->text().remove(u'&'));
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

// ---- What goes in and comes out

void ConnectionDialog::setProfile(const Profile &profile, bool keyStored)
{
    m_firstAccount = profile.keyAccount();
    m_keyStored = {{m_firstAccount, keyStored}};
    m_account.clear();
    m_key->clear();
    {
        // Half of a profile is none to ask a key for.
        const QSignalBlocker blocker(m_form);
        m_form->setProfile(profile);
    }
    onSettled();
    refresh();
}

void ConnectionDialog::setKeyStorage(KeyStorage storage, const QString &sentence)
{
    m_storage = storage;
    m_storageSentence = shownText(sentence);
    m_key->setStorage(m_storage, m_storageSentence);
}

void ConnectionDialog::setStoredKeys(StoredKeys storedKeys)
{
    m_storedKeys = std::move(storedKeys);
}

void ConnectionDialog::setFirstStart(bool firstStart)
{
    m_welcome->setVisible(firstStart);
}

void ConnectionDialog::setReason(const QString &reason)
{
    m_reason = shownText(reason);
    refresh();
}

Profile ConnectionDialog::profile() const
{
    return m_form->profile();
}

QByteArray ConnectionDialog::key() const
{
    return profile().kind == ServiceKind::Sandbox ? QByteArray() : m_key->key();
}

bool ConnectionDialog::forgetKey() const
{
    return profile().kind != ServiceKind::Sandbox && m_key->forgetKey();
}

ConnectionDraft ConnectionDialog::draft() const
{
    ConnectionDraft draft;
    draft.profile = profile();
    draft.key = key();
    draft.keyStored = m_keyStored.value(draft.profile.keyAccount());
    draft.forgetKey = forgetKey();
    return draft;
}

void ConnectionDialog::done(int result)
{
    endTest();
    QDialog::done(result);
}

// ---- While it is being filled in

void ConnectionDialog::onChanged()
{
    endTest();
    m_reason.clear();
    const QString account = profile().keyAccount();
    if (account != m_account) {
        m_account = account;
        m_key->setStored(m_keyStored.value(account));
        const bool elsewhere =
            m_storage == KeyStorage::FromEnvironment && account != m_firstAccount;
        m_key->setStorage(elsewhere ? KeyStorage::Keychain : m_storage, m_storageSentence);
    }
    refresh();
}

void ConnectionDialog::onSettled()
{
    onChanged();
    const Profile asked = profile();
    const QString account = asked.keyAccount();
    if (account.isEmpty() || m_keyStored.contains(account) || !m_storedKeys
        || !asked.problem().isEmpty())
        return;
    m_keyStored.insert(account, false); // asked once
    m_storedKeys(asked, this, [this, account](const QByteArray &key) {
        m_keyStored.insert(account, !key.isEmpty());
        if (m_account != account || key.isEmpty())
            return;
        m_key->setStored(true);
        refresh();
    });
}

void ConnectionDialog::refresh()
{
    const ConnectionDraft entered = draft();
    const QString problem = entered.problem();
    const QString acceptProblem = entered.acceptProblem();
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(acceptProblem.isEmpty());
    m_tryIt->setText(m_testing ? tr("S&top the Test") : tr("&Test Connection"));
    m_tryIt->setAccessibleName(m_testing ? tr("Stop the test") : tr("Test the connection"));
    m_tryIt->setEnabled(m_testing || problem.isEmpty());
    m_tryIt->setVisible(entered.profile.kind != ServiceKind::Sandbox);
    if (!m_testing)
        m_strip->showHint(m_reason.isEmpty() ? acceptProblem : m_reason);
    m_area->growWindow();
}

// ---- The test

void ConnectionDialog::startTest()
{
    endTest();
    m_testing = true;
    m_reason.clear();
    const Profile tested = profile();
    refresh();
    m_strip->showHint(tr("Testing the connection to %1…").arg(shownText(tested.displayName())));
    const QByteArray entered = key();
    if (!entered.isEmpty() || !m_storedKeys) {
        testWith(tested, entered);
        return;
    }
    m_storedKeys(tested, this, [this, tested, number = m_testNumber](const QByteArray &stored) {
        if (number == m_testNumber)
            testWith(tested, stored);
    });
}

void ConnectionDialog::testWith(const Profile &profile, const QByteArray &key)
{
    if (key.isEmpty()) {
        showResult(
            failedConnection(tr("The stored key could not be read."), tr("Enter it once more.")));
        return;
    }
    m_test.start(profile, key);
}

void ConnectionDialog::endTest()
{
    ++m_testNumber;
    m_testing = false;
    m_test.cancel();
}

void ConnectionDialog::showResult(const ConnectionResult &result)
{
    endTest();
    refresh();
    m_strip->showResult(result);
    m_area->growWindow();
}

// ---- Shown

void ConnectionDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    const bool keyMissing = profile().problem().isEmpty() && !draft().problem().isEmpty();
    if (keyMissing && m_welcome->isHidden())
        m_key->setFocus();
}

} // namespace longshore
