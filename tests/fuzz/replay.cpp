#include "fuzz/fuzzer.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>

#include <cstdio>

using namespace Qt::StringLiterals;

/// In place of libFuzzer, for any compiler: each file below the folders of the command line once.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList folders = application.arguments().sliced(1);
    int inputs = 0;
    for (const QString &folder : folders) {
        for (QDirIterator files(folder, QDir::Files); files.hasNext(); ++inputs) {
            QFile file(files.next());
            std::printf("%s\n", qPrintable(file.fileName()));
            std::fflush(stdout); // the name of the input that ends the program must be seen
            if (!file.open(QIODevice::ReadOnly))
                return 1;
            const QByteArray input = file.readAll();
            LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(input.constData()),
                                   static_cast<size_t>(input.size()));
        }
    }
    return inputs > 0 ? 0 : 1;
}
