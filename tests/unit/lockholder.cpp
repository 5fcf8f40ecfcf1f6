// lockholder DIR MATCHKEY: says "taken", or why not, and holds the lock until it is killed.

#include "queue/uploadlock.h"

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 3)
        return 2;
    longshore::UploadLock lock;
    const QString problem = lock.take(arguments.at(1), arguments.at(2));
    std::puts(problem.isEmpty() ? "taken" : problem.toUtf8().constData());
    std::fflush(stdout);
    return problem.isEmpty() ? QCoreApplication::exec() : 1;
}
