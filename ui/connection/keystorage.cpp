#include "ui/connection/keystorage.h"

#include "api/translated.h"

#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString placeholder(KeyStorage storage)
{
    switch (storage) {
    case KeyStorage::Keychain:
    case KeyStorage::FromEnvironment:
        return tr("kept in the system's keychain");
    case KeyStorage::ThisRunOnly:
        return tr("kept until the program ends");
    }
    Q_UNREACHABLE();
}

QString storedText(KeyStorage storage)
{
    switch (storage) {
    case KeyStorage::Keychain:
        return tr("A key is stored in the system's keychain. Leave the field empty to keep it.");
    case KeyStorage::ThisRunOnly:
        return tr("There is a key for as long as the program runs. It is not stored. Leave the "
                  "field empty to keep it.");
    case KeyStorage::FromEnvironment:
        return tr("The key in use comes from the variable OPENAI_API_KEY. One entered here takes "
                  "its place.");
    }
    Q_UNREACHABLE();
}

QString newText(KeyStorage storage)
{
    switch (storage) {
    case KeyStorage::Keychain:
    case KeyStorage::FromEnvironment:
        return tr("The key goes to the system's keychain, never into a file.");
    case KeyStorage::ThisRunOnly:
        return tr("The key is used until the program ends and is not stored: it has to be entered "
                  "again at the next start.");
    }
    Q_UNREACHABLE();
}

} // namespace

KeyWords keyWords(KeyStorage storage, const QString &sentence, bool stored, bool forgotten)
{
    if (stored && forgotten)
        return {placeholder(storage), tr("The key will be forgotten.")};
    QStringList state{stored ? storedText(storage) : newText(storage)};
    if (!sentence.isEmpty())
        state.append(sentence);
    return {stored ? tr("unchanged") : placeholder(storage), state.join(u' ')};
}

} // namespace longshore
