#include "fuzz/journalpatch.h"

#include "queue/journalschema.h"
#include "queue/journalstore.h"
#include "queue/sqliteconnection.h"
#include "unit/journalsamples.h"
#include "unit/oldjournals.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <array>

namespace longshore::fuzz {

using namespace Qt::StringLiterals;

namespace {

/// Lines that are taken from a patch: what takes long says no more.
constexpr qsizetype kMostLines = 40;

QString journalIn(const QString &dir)
{
    return dir + u"/journal.sqlite"_s;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    require(file.open(QIODevice::ReadOnly), "the file is there");
    return file.readAll();
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    require(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(),
            "the file could be written");
}

/// One of this version: an upload with every field filled, one under way, one ended.
QByteArray presentJournal(const QString &dir)
{
    namespace samples = journalsamples;
    {
        JournalStore store;
        require(store.open(dir).isEmpty(), "the journal was made");
        const std::array<JournalRequest, 6> requests{
            AddRequest{samples::upload(u"full"_s)},
            AddRequest{samples::freshUpload(u"underway"_s)},
            RecordRequest{u"underway"_s, UploadCreated{u"upload_1"_s, 1000, 4600, 0}},
            RecordRequest{u"underway"_s, PartConfirmed{1, u"part_1"_s}},
            AddRequest{samples::freshUpload(u"ended"_s)},
            RecordRequest{u"ended"_s, UploadCompleted{u"file-1"_s, "md5"_ba}}};
        std::array<JournalOutcome, requests.size()> outcomes;
        require(store.carryOut(requests, outcomes) == JournalStore::Result::Done,
                "the journal was filled");
    }
    return contentOf(journalIn(dir));
}

/// One of an earlier version, in which an upload has failed, too.
QByteArray earlierJournal(int version, const QString &path)
{
    require(makeOldJournal(path, version), "a journal of an earlier version was made");
    SqliteConnection connection;
    require(connection.open(path, QString())
                && connection.runOnce(uR"(INSERT INTO errors SELECT id, 'network', 502, x'', x'61',
                                          x'', 1500, 1, 99, x'', 0 FROM uploads LIMIT 1)"_s),
            "an error was written to it");
    connection.close();
    return contentOf(path);
}

QByteArrayList madeJournals()
{
    QByteArrayList journals{QByteArray()};
    for (int version = 1; version < kJournalVersion; ++version)
        journals.append(
            earlierJournal(version, scratchFolder() + u"/version%1.sqlite"_s.arg(version)));
    journals.append(presentJournal(scratchFolder() + u"/present"_s));
    return journals;
}

const QByteArrayList &journals()
{
    static const QByteArrayList made = madeJournals();
    return made;
}

QString quoted(QByteArrayView name)
{
    return u'"' + QString::fromUtf8(name).replace(u'"', u"\"\""_s) + u'"';
}

/// By which rows are found: with another value they would only be missed.
bool isKey(const QByteArray &column)
{
    static const QByteArrayList endings{".id", ".key", ".identity", ".upload", ".number"};
    return std::any_of(endings.begin(), endings.end(),
                       [&column](const QByteArray &ending) { return column.endsWith(ending); });
}

QVariant valueFrom(QByteArrayView text)
{
    const QByteArrayView type = takeWord(&text);
    if (type == "int")
        return numberIn(text);
    if (type == "real")
        return text.toByteArray().toDouble();
    if (type == "text")
        return QString::fromUtf8(text);
    if (type == "blob")
        return QByteArray::fromHex(text.toByteArray());
    return {};
}

/// `name` is `table.column` or `table.*`.
void setCells(SqliteConnection &connection, const QByteArray &name, const QVariant &value)
{
    QByteArrayList names{name};
    if (name.endsWith(".*")) {
        names = journalColumns();
        names.removeIf([table = name.chopped(1)](const QByteArray &column) {
            return !column.startsWith(table) || isKey(column);
        });
    }
    for (const QByteArrayView column : names) {
        const qsizetype dot = column.indexOf('.');
        if (dot < 0)
            continue;
        connection.run(u"UPDATE OR IGNORE %1 SET %2 = ?"_s.arg(quoted(column.first(dot)),
                                                               quoted(column.sliced(dot + 1))),
                       {value});
    }
}

/// A line of a patch that is a statement.
void runLine(SqliteConnection &connection, QByteArrayView line)
{
    const QByteArrayView command = takeWord(&line);
    if (command == "cell") {
        const QByteArray name = takeWord(&line).toByteArray();
        setCells(connection, name, valueFrom(line));
    } else if (command == "rows") {
        const QByteArrayView table = takeWord(&line);
        connection.run(u"DELETE FROM %1 WHERE (SELECT count(*) FROM %1) > ?"_s.arg(quoted(table)),
                       {numberIn(line)});
    } else if (command == "number") {
        const QByteArrayView pragma = takeWord(&line);
        connection.runOnce(
            u"PRAGMA %1 = %2"_s.arg(quoted(pragma), QString::number(numberIn(line))));
    } else if (command == "drop") {
        const QByteArrayView kind = takeWord(&line);
        if (kind == "column") {
            const QByteArrayView table = takeWord(&line, '.');
            connection.runOnce(u"ALTER TABLE %1 DROP COLUMN %2"_s.arg(quoted(table), quoted(line)));
        } else {
            const QString what = kind == "index" ? u"INDEX"_s : u"TABLE"_s;
            connection.runOnce(u"DROP %1 %2"_s.arg(what, quoted(line)));
        }
    }
}

/// What the journal holds after the statements, of which any may fail.
QByteArray afterStatements(const QString &path, const QByteArray &content,
                           const QByteArrayList &lines)
{
    write(path, content);
    SqliteConnection connection;
    require(connection.open(path, QString()), "the journal can be opened");
    connection.runOnce(u"PRAGMA ignore_check_constraints = ON"_s);
    // Without a log: all is in the one file.
    connection.runOnce(u"PRAGMA journal_mode = MEMORY"_s);
    for (const QByteArray &line : lines)
        runLine(connection, line);
    connection.close();
    return contentOf(path);
}

void changeBytes(QByteArray *content, QByteArrayView line)
{
    const QByteArrayView command = takeWord(&line);
    const auto at = [content](QByteArrayView number) -> qsizetype {
        const qint64 size = content->size();
        return size == 0 ? 0 : (numberIn(number) % size + size) % size;
    };
    const qsizetype offset = at(takeWord(&line));
    if (command == "cut") {
        content->truncate(offset);
    } else if (command == "zero") {
        const qsizetype length = std::min(at(line), content->size() - offset);
        content->replace(offset, length, QByteArray(length, '\0'));
    } else {
        const QByteArray bytes =
            QByteArray::fromHex(line.toByteArray()).left(content->size() - offset);
        content->replace(offset, bytes.size(), bytes);
    }
}

} // namespace

const QByteArrayList &journalColumns()
{
    static const QByteArrayList columns = [] {
        QByteArrayList names;
        const QString dir = scratchFolder() + u"/columns"_s;
        QDir().mkpath(dir);
        write(journalIn(dir), journals().constLast());
        SqliteConnection connection;
        const bool read = connection.open(journalIn(dir), u"QSQLITE_OPEN_READONLY"_s)
            && connection.runOnce(
                u"SELECT tables.name || '.' || columns.name"
                " FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"_s,
                [&names](const QSqlQuery &row) { names.append(row.value(0).toByteArray()); });
        require(read && !names.isEmpty(), "a journal has columns");
        return names;
    }();
    return columns;
}

int journalCount()
{
    return static_cast<int>(journals().size());
}

Patched patchJournal(const QString &dir, QByteArrayView patch)
{
    // Statements first, whatever their place: behind bytes there may be no database.
    Patched patched;
    QByteArrayList statementLines;
    QByteArrayList byteLines;
    QByteArrayList besideLines;
    Lines lines(patch);
    for (qsizetype count = 0; !lines.atEnd() && count < kMostLines; ++count) {
        const QByteArray line = lines.next().toByteArray();
        QByteArrayView rest = line;
        const QByteArrayView command = takeWord(&rest);
        if (command == "journal")
            patched.journal = static_cast<int>(qAbs(numberIn(rest) % journalCount()));
        else if (command == "beside")
            besideLines.append(rest.toByteArray());
        else if (command == "bytes" || command == "zero" || command == "cut")
            byteLines.append(line);
        else
            statementLines.append(line);
    }
    QByteArray content = journals().at(patched.journal);
    if (!statementLines.isEmpty() && !content.isEmpty())
        content = afterStatements(journalIn(dir), content, statementLines);
    for (const QByteArray &line : byteLines)
        changeBytes(&content, line);
    write(journalIn(dir), content);
    for (QByteArrayView rest : besideLines) {
        const QString suffix = takeWord(&rest) == "-wal" ? u"-wal"_s : u"-journal"_s;
        write(journalIn(dir) + suffix, QByteArray::fromHex(rest.toByteArray()));
    }
    patched.statements = !statementLines.isEmpty();
    patched.bytes = !byteLines.isEmpty();
    patched.beside = !besideLines.isEmpty();
    return patched;
}

} // namespace longshore::fuzz
