#include "matrixtable.h"

#include "matrixrows.h"

#include <QFile>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kOnce = "## Once"_L1;
constexpr auto kForEver = "## For ever"_L1;
constexpr QStringView kNoSense = u"–";
// Between what is so in the usual build and what is so in a build without libcurl.
constexpr auto kWithoutCurl = "; without libcurl: "_L1;

#ifdef LONGSHORE_CURL
constexpr bool kHasCurl = true;
#else
constexpr bool kHasCurl = false;
#endif

bool isRow(const QString &line)
{
    return line.startsWith("| "_L1) && !line.startsWith("| fault |"_L1);
}

QStringList fieldsOf(const QString &line)
{
    QStringList fields = line.split(u'|');
    fields.removeFirst();
    fields.removeLast();
    for (QString &field : fields)
        field = field.trimmed();
    return fields;
}

} // namespace

QString MatrixTable::cellName(bool forEver, const QString &row, const QString &call)
{
    return (forEver ? u"for ever/"_s : u"once/"_s) + row + u'/' + call;
}

bool MatrixTable::read(const QString &path, QString *problem)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        *problem = file.errorString();
        return false;
    }
    m_lines = QString::fromUtf8(file.readAll()).split(u'\n');
    QString section;
    for (const QString &line : std::as_const(m_lines)) {
        if (line.startsWith("## "_L1))
            section = line;
        if (!section.isEmpty() && isRow(line) && !readRow(line, section == kForEver, problem))
            return false;
    }
    return true;
}

bool MatrixTable::readRow(const QString &line, bool forEver, QString *problem)
{
    const QStringList fields = fieldsOf(line);
    if (fields.size() != static_cast<qsizetype>(kMatrixCalls.size()) + 1) {
        *problem = u"not one field for the fault and one for each call: "_s + line;
        return false;
    }
    for (std::size_t column = 0; column < kMatrixCalls.size(); ++column) {
        const QString &text = fields[static_cast<qsizetype>(column) + 1];
        if (text == kNoSense)
            continue;
        const QString name = cellName(forEver, fields[0], matrixCallName(kMatrixCalls[column]));
        if (m_expected.contains(name)) {
            *problem = u"twice in the table: "_s + name;
            return false;
        }
        m_order.append(name);
        m_expected.insert(name, parseCell(text));
    }
    return true;
}

MatrixTable::Cell MatrixTable::parseCell(const QString &text)
{
    const qsizetype at = text.indexOf(kWithoutCurl);
    if (at < 0)
        return {text, text};
    return {text.left(at), text.mid(at + kWithoutCurl.size())};
}

/// The cell with what this build measured.
MatrixTable::Cell MatrixTable::merged(Cell cell, const QString &measured)
{
    if (cell.usual.isEmpty() || (kHasCurl && cell.usual == cell.withoutCurl))
        return {measured, measured};
    (kHasCurl ? cell.usual : cell.withoutCurl) = measured;
    return cell;
}

QString MatrixTable::expected(const QString &cell) const
{
    const Cell both = m_expected.value(cell);
    return kHasCurl ? both.usual : both.withoutCurl;
}

QStringList MatrixTable::cells() const
{
    return m_order;
}

void MatrixTable::setMeasured(const QString &cell, const QString &outcome)
{
    m_measured.insert(cell, outcome);
}

QString MatrixTable::tableText(bool forEver) const
{
    QString table = u"| fault |"_s;
    for (const sandbox::Call call : kMatrixCalls)
        table += u' ' + matrixCallName(call) + u" |"_s;
    table += u"\n|---|---|---|---|---|\n"_s;
    const QList<FaultRow> rows = matrixRows();
    for (const FaultRow &row : rows) {
        table += u"| "_s + row.name + u" |"_s;
        for (const sandbox::Call call : kMatrixCalls) {
            const QString name = cellName(forEver, row.name, matrixCallName(call));
            Cell cell = m_expected.value(name);
            if (m_measured.contains(name))
                cell = merged(cell, m_measured.value(name));
            table += u' ' + (cell.usual.isEmpty() ? kNoSense.toString() : cell.usual);
            if (cell.usual != cell.withoutCurl)
                table += kWithoutCurl + cell.withoutCurl;
            table += u" |"_s;
        }
        table += u'\n';
    }
    return table;
}

QString MatrixTable::text() const
{
    QString text;
    QString section;
    const auto endSection = [&] {
        if (section == kOnce || section == kForEver)
            text += tableText(section == kForEver) + u'\n';
    };
    // What people wrote around the tables stays.
    for (const QString &line : m_lines) {
        if (line.startsWith("## "_L1)) {
            endSection();
            section = line;
        }
        if (!line.startsWith(u'|') || section.isEmpty())
            text += line + u'\n';
    }
    while (text.endsWith("\n\n"_L1))
        text.chop(1);
    return text.replace("\n\n\n"_L1, "\n\n"_L1);
}

} // namespace longshore
