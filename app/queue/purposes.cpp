#include "queue/purposes.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QLocale>
#include <QMimeDatabase>

namespace longshore {

namespace {

using namespace Qt::StringLiterals;

// Documented sizes are decimal.
constexpr qint64 kMegabyte = 1'000'000;

struct PurposeRule
{
    QString purpose;
    QStringList extensions; ///< accepted; empty: anything
    qint64 bytes = 0; ///< 0: none stated
    bool isHardLimit = true;
};

// The types that the service's documentation lists for assistants; it wants exactly these.
const QHash<QString, QString> &assistantTypes()
{
    static const QHash<QString, QString> types{
        {u"c"_s, u"text/x-c"_s},
        {u"cpp"_s, u"text/x-c++"_s},
        {u"cs"_s, u"text/x-csharp"_s},
        {u"css"_s, u"text/css"_s},
        {u"csv"_s, u"text/csv"_s},
        {u"doc"_s, u"application/msword"_s},
        {u"docx"_s, u"application/vnd.openxmlformats-officedocument.wordprocessingml.document"_s},
        {u"gif"_s, u"image/gif"_s},
        {u"go"_s, u"text/x-golang"_s},
        {u"html"_s, u"text/html"_s},
        {u"java"_s, u"text/x-java"_s},
        {u"jpeg"_s, u"image/jpeg"_s},
        {u"jpg"_s, u"image/jpeg"_s},
        {u"js"_s, u"text/javascript"_s},
        {u"json"_s, u"application/json"_s},
        {u"md"_s, u"text/markdown"_s},
        {u"pdf"_s, u"application/pdf"_s},
        {u"php"_s, u"text/x-php"_s},
        {u"png"_s, u"image/png"_s},
        {u"pptx"_s, u"application/vnd.openxmlformats-officedocument.presentationml.presentation"_s},
        {u"py"_s, u"text/x-python"_s},
        {u"rb"_s, u"text/x-ruby"_s},
        {u"sh"_s, u"application/x-sh"_s},
        {u"tar"_s, u"application/x-tar"_s},
        {u"tex"_s, u"text/x-tex"_s},
        {u"ts"_s, u"application/typescript"_s},
        {u"txt"_s, u"text/plain"_s},
        {u"xlsx"_s, u"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"_s},
        {u"xml"_s, u"text/xml"_s},
        {u"zip"_s, u"application/zip"_s},
    };
    return types;
}

QList<PurposeRule> purposeRules()
{
    return {
        {u"fine-tune"_s, {u"jsonl"_s}, 0},
        {u"batch"_s, {u"jsonl"_s}, 200 * kMegabyte},
        {u"assistants"_s, assistantTypes().keys(), 512 * kMegabyte},
        {u"vision"_s, {u"png"_s, u"jpeg"_s, u"jpg"_s, u"gif"_s, u"webp"_s}, 20 * kMegabyte},
        {u"user_data"_s, {}, 50 * kMegabyte, false},
        {u"evals"_s, {u"jsonl"_s}, 0},
    };
}

} // namespace

QStringList knownPurposes()
{
    QStringList names;
    for (const PurposeRule &rule : purposeRules())
        names.append(rule.purpose);
    return names;
}

bool isJsonl(const QString &filename)
{
    return filename.endsWith(".jsonl"_L1, Qt::CaseInsensitive);
}

QString defaultPurpose(const QString &filename)
{
    return isJsonl(filename) ? u"fine-tune"_s : u"user_data"_s;
}

QString defaultMimeType(const QString &filename, const QString &purpose)
{
    if (isJsonl(filename))
        return u"text/jsonl"_s;
    const QString extension = QFileInfo(filename).suffix().toLower();
    if (purpose == "assistants"_L1 && assistantTypes().contains(extension))
        return assistantTypes().value(extension);
    return QMimeDatabase().mimeTypeForFile(filename, QMimeDatabase::MatchExtension).name();
}

QList<PurposeWarning> purposeWarnings(const QString &filename, const QString &purpose, qint64 bytes)
{
    QList<PurposeWarning> warnings;
    const QString extension = QFileInfo(filename).suffix();
    for (const PurposeRule &rule : purposeRules()) {
        if (rule.purpose != purpose)
            continue;
        if (!rule.extensions.isEmpty() && !rule.extensions.contains(extension.toLower())) {
            warnings.append(
                {u"purpose-extension"_s,
                 QCoreApplication::translate("longshore",
                                             "“%1” does not look like a file for the purpose “%2”.")
                     .arg(filename, purpose)});
        }
        if (rule.bytes > 0 && bytes > rule.bytes) {
            const QString limit =
                QLocale().formattedDataSize(rule.bytes, 0, QLocale::DataSizeSIFormat);
            const QString text = rule.isHardLimit
                ? QCoreApplication::translate(
                    "longshore", "“%1” is larger than the %2 that the purpose “%3” takes.")
                : QCoreApplication::translate(
                    "longshore",
                    "“%1” is larger than the %2 that a model takes as its input (purpose “%3”).");
            warnings.append({u"purpose-size"_s, text.arg(filename, limit, purpose)});
        }
    }
    if (purpose == "assistants"_L1 && extension != extension.toLower()) {
        warnings.append(
            {u"extension-case"_s,
             QCoreApplication::translate(
                 "longshore", "Vector stores refuse extensions in upper case: rename “%1” first.")
                 .arg(filename)});
    }
    return warnings;
}

} // namespace longshore
