// Hears signals, has a second to end after one, and is busy for ever: what a program is when a disk
// or a bus hangs.

#include "platform/processsignals.h"

#include <QCoreApplication>

#include <cstdio>
#include <unistd.h>

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    longshore::ProcessSignals signals;
    signals.limitTheEnd(std::chrono::seconds(1));
    std::puts("ready");
    std::fflush(stdout);
    while (true)
        ::pause();
}
