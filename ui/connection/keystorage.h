#pragma once

#include <QString>

namespace longshore {

/// Where a key that is entered will be, or where the one in use comes from.
enum class KeyStorage {
    Keychain, ///< in the system's keychain
    ThisRunOnly, ///< in memory, until the program ends
    FromEnvironment, ///< the one in use is in OPENAI_API_KEY
};

/// What is said beside the field for the key.
struct KeyWords
{
    QString placeholder; ///< short, in the empty field
    QString state; ///< sentences below it
};

/// `stored`: there is a key, and an empty field keeps it. `forgotten`: it is to be forgotten.
/// `sentence` is more about the place, such as why there is no keychain; may be empty.
KeyWords keyWords(KeyStorage storage, const QString &sentence, bool stored, bool forgotten);

} // namespace longshore
