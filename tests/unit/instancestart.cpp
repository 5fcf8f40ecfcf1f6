// instancestart DIR PATIENCE [--minimized] PATH...: what a start of the program does with its
// arguments, PATIENCE in milliseconds. Says "first" or what came of handing over, with the problem;
// as the first it goes on to say what it is handed, until it is killed or its stdin is closed.

#include "platform/singleinstance.h"

#include <QCoreApplication>
#include <QMetaEnum>
#include <QSocketNotifier>

#include <cstdio>

#include <unistd.h>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

void say(const QString &line)
{
    std::puts(line.toUtf8().constData());
    std::fflush(stdout);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QStringList arguments = QCoreApplication::arguments().sliced(1);
    if (arguments.size() < 2)
        return 2;
    const QString directory = arguments.takeFirst();
    SingleInstanceOptions options;
    options.patience = std::chrono::milliseconds(arguments.takeFirst().toInt());
    Handover mine;
    mine.minimized = arguments.removeAll(u"--minimized"_s) > 0;
    mine.paths = arguments;
    mine.activationToken = activationTokenOfEnvironment();

    SingleInstance instance(directory, options);
    QObject::connect(&instance, &SingleInstance::handedOver, &app, [](const Handover &handover) {
        for (const QString &path : handover.paths)
            say(u"path "_s + path);
        say(u"end %1 %2"_s.arg(QString::number(handover.minimized ? 1 : 0),
                               QString::fromUtf8(handover.activationToken)));
    });
    if (!instance.takeOver()) {
        const auto result = instance.handOver(mine);
        if (result != SingleInstance::Result::BecameFirst) {
            say(QString::fromLatin1(QMetaEnum::fromType<SingleInstance::Result>().valueToKey(
                static_cast<int>(result))));
            say(instance.problem());
            return 0;
        }
    }
    // Not to stay behind when the test is killed.
    const QSocketNotifier stdinClosed(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&stdinClosed, &QSocketNotifier::activated, &app, &QCoreApplication::quit);
    say(u"first"_s);
    return QCoreApplication::exec();
}
