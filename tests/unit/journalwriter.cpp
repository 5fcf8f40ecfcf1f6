// Writes to a journal until it is killed, and says on stdout, a line each, what the journal has
// acknowledged.
//   journalwriter DIR KEY PARTS          "added", then the index of each part, then "done"
//   journalwriter DIR KEY PARTS limited  the same for a disk that takes nothing any more, see
//   writeWithoutRoom()

#include "journalsamples.h"
#include "queue/journal.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <cstdio>
#include <functional>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#endif

using namespace longshore;
using namespace Qt::StringLiterals;
using journalsamples::freshUpload;
using journalsamples::partId;

namespace samples = journalsamples;

namespace {

// Records under way at once: enough that several share a transaction.
constexpr int kOutstanding = 16;

void say(const QString &line)
{
    std::puts(line.toUtf8().constData());
    std::fflush(stdout);
}

void writeParts(Journal &journal, const QString &key, int parts)
{
    int next = 0;
    int acknowledged = 0;
    QEventLoop loop;
    std::function<void()> more = [&] {
        for (; next < parts && next < acknowledged + kOutstanding; ++next) {
            journal.record(key, PartConfirmed{next, partId(next)},
                           [&, index = next](const QString &problem) {
                               ++acknowledged;
                               say(problem.isEmpty() ? QString::number(index) : problem);
                               more();
                               if (acknowledged == parts)
                                   loop.quit();
                           });
        }
    };
    more();
    loop.exec();
}

#ifdef Q_OS_UNIX

bool limitFiles(rlim_t bytes)
{
    rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/// No file of this process can be written from now on; later it can again.
void writeWithoutRoom(Journal &journal, const QString &key)
{
    std::signal(SIGXFSZ, SIG_IGN);
    if (!limitFiles(1))
        return;
    QEventLoop loop;
    QObject::connect(&journal, &Journal::recovered, &journal, [] { say(u"recovered"_s); });
    journal.record(key, PartConfirmed{0, partId(0)}, [](const QString &problem) { say(problem); });
    journal.find(freshUpload(key).matchKey(), [](const std::optional<StoredUpload> &upload) {
        say(upload ? u"found"_s : u"lost"_s);
    });
    journal.record(key, UploadCreated{u"upload_1"_s, 1, 2, 3}, [&loop](const QString &problem) {
        say(problem);
        loop.quit();
    });
    loop.exec();
    if (!limitFiles(RLIM_INFINITY))
        return;
    journal.record(key, PartConfirmed{1, partId(1)},
                   [](const QString &problem) { say(u"freed"_s + problem); });
    QObject::connect(&journal, &Journal::recovered, &loop, &QEventLoop::quit);
    loop.exec();
}

#endif

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 4)
        return 2;
    const QString key = arguments.at(2);
    const int parts = arguments.at(3).toInt();

    Journal journal;
    for (const QString &problem : {samples::open(journal, arguments.at(1)),
                                   samples::add(journal, freshUpload(key, parts))}) {
        if (!problem.isEmpty()) {
            say(problem);
            return 1;
        }
    }
    say(u"added"_s);
#ifdef Q_OS_UNIX
    if (arguments.value(4) == u"limited"_s) {
        writeWithoutRoom(journal, key);
        return 0;
    }
#endif
    writeParts(journal, key, parts);
    say(u"done"_s);
    return QCoreApplication::exec();
}
