// keychainuser read|write|remove ACCOUNT [SECRET]: asks the keychain of its environment, and says
// what is known of the entry, its secret, and the problem, a line each.

#include "platform/keychain.h"

#include <QCoreApplication>
#include <QMetaEnum>

#include <cstdio>

using namespace longshore;
using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 3)
        return 2;
    Keychain keychain;
    const QString &account = arguments.at(2);
    const auto tell = [](const Keychain::Answer &answer) {
        std::puts(
            QMetaEnum::fromType<Keychain::Entry>().valueToKey(static_cast<int>(answer.entry)));
        std::puts(answer.secret.toUtf8().constData());
        std::puts(answer.problem.toUtf8().constData());
        QCoreApplication::quit();
    };
    if (arguments.at(1) == "read"_L1)
        keychain.read(account, &app, tell);
    else if (arguments.at(1) == "write"_L1)
        keychain.write(account, arguments.value(3), &app, tell);
    else
        keychain.remove(account, &app, tell);
    return QCoreApplication::exec();
}
