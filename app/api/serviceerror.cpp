#include "api/serviceerror.h"

#include "api/answers.h"
#include "api/showntext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringDecoder>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestCode = 100;
/// A gateway's plain text, such as "upstream connect error"; what is longer is a page.
constexpr qsizetype kLongestPlainText = 500;
/// More of a list of problems helps nobody.
constexpr qsizetype kMostProblems = 3;

/// The text of a code, which some servers give as a number.
QString codeText(const QJsonValue &value)
{
    if (value.isDouble())
        return QString::number(value.toDouble(), 'g', 10);
    return shownText(value.toString(), kLongestCode);
}

QString firstText(const QJsonObject &object, std::initializer_list<QLatin1StringView> keys)
{
    for (const QLatin1StringView key : keys) {
        if (const QString text = object.value(key).toString(); !text.isEmpty())
            return shownText(text);
    }
    return {};
}

/// `[{"loc": […], "msg": "field required"}]`, as validating frameworks answer.
QString listText(const QJsonArray &problems)
{
    QStringList texts;
    for (const QJsonValue problem : problems) {
        if (texts.size() == kMostProblems)
            break;
        const QString text = problem.isString()
            ? shownText(problem.toString())
            : firstText(problem.toObject(), {"message"_L1, "msg"_L1});
        if (!text.isEmpty())
            texts.append(text);
    }
    return shownText(texts.join("; "_L1));
}

ServiceError fromObject(const QJsonObject &object)
{
    ServiceError error;
    error.code = codeText(object.value("code"_L1));
    if (error.code.isEmpty())
        error.code = codeText(object.value("type"_L1));
    error.message =
        firstText(object, {"message"_L1, "detail"_L1, "title"_L1, "error_description"_L1});
    for (const QLatin1StringView key : {"detail"_L1, "errors"_L1}) {
        if (error.message.isEmpty())
            error.message = listText(object.value(key).toArray());
    }
    error.param = shownText(object.value("param"_L1).toString(), kLongestCode);
    return error;
}

bool looksLikeMarkup(const QByteArray &body)
{
    return body.trimmed().startsWith('<');
}

} // namespace

bool isNestedDeeper(const QByteArray &json, int depth)
{
    int level = 0;
    bool inString = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char character = json.at(i);
        if (inString) {
            if (character == '\\')
                ++i;
            else if (character == '"')
                inString = false;
        } else if (character == '"') {
            inString = true;
        } else if (character == '{' || character == '[') {
            if (++level > depth)
                return true;
        } else if (character == '}' || character == ']') {
            --level;
        }
    }
    return false;
}

std::optional<QJsonObject> readObject(const QByteArray &body)
{
    if (isNestedDeeper(body, kMaxAnswerDepth))
        return {};
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return {};
    return document.object();
}

std::optional<ServiceError> reportedError(const QJsonObject &object)
{
    const QJsonValue error = object.value("error"_L1);
    if (error.isString() && !error.toString().isEmpty()) {
        // {"error": "text"}, and {"error": "code", "message": "text"}.
        ServiceError found = fromObject(object);
        if (found.message.isEmpty())
            found.message = shownText(error.toString());
        else if (found.code.isEmpty())
            found.code = shownText(error.toString(), kLongestCode);
        return found;
    }
    if (error.isObject() && !error.toObject().isEmpty()) {
        ServiceError found = fromObject(error.toObject());
        if (found.message.isEmpty())
            found.message = firstText(object, {"message"_L1, "detail"_L1});
        return found;
    }
    if (object.value("object"_L1).toString() == "error"_L1)
        return fromObject(object);
    return {};
}

ServiceError readServiceError(const QByteArray &body, const Secrets &secrets)
{
    if (const std::optional<QJsonObject> found = readObject(body)) {
        // Before they are cut to length, which would leave the beginning of a secret.
        const QJsonObject object = secrets.masked(*found);
        return reportedError(object).value_or(fromObject(object));
    }
    ServiceError error;
    if (body.size() > kLongestPlainText || looksLikeMarkup(body) || body.trimmed().startsWith('{')
        || body.trimmed().startsWith('['))
        return error;
    QStringDecoder decoder(QStringConverter::Utf8);
    const QString text = decoder(body);
    if (!decoder.hasError())
        error.message = shownText(secrets.masked(text));
    return error;
}

} // namespace longshore
