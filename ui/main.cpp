#include "cli/startprogram.h"
#include "ui/program/windowprogram.h"

// The program that `longshore` becomes for its window, so that it need not load what only a window
// uses. Started by itself it knows the same commands.
int main(int argc, char *argv[])
{
    return longshore::startProgram(argc, argv, longshore::runWindow);
}
