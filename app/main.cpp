#include "cli/becomewindow.h"
#include "cli/startprogram.h"

int main(int argc, char *argv[])
{
    return longshore::startProgram(argc, argv, longshore::becomeWindow);
}
