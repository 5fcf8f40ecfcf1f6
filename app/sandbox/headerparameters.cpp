#include "headerparameters.h"

namespace longshore::sandbox {

namespace {

bool isBlank(char character)
{
    return character == ' ' || character == '\t';
}

QByteArray trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// Takes a quoted string from the front of `text`, which begins with the quotation mark.
QByteArray takeQuoted(std::string_view &text)
{
    QByteArray value("");
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        value += text[i];
    }
    text.remove_prefix(std::min(i + 1, text.size()));
    return value;
}

std::string_view takeUntil(std::string_view &text, std::string_view ends)
{
    const std::string_view taken = text.substr(0, text.find_first_of(ends));
    text.remove_prefix(taken.size());
    return taken;
}

} // namespace

QByteArray HeaderValue::parameter(const QByteArray &name) const
{
    for (const auto &[key, content] : parameters) {
        if (key == name)
            return content;
    }
    return {};
}

HeaderValue parseHeaderValue(std::string_view text)
{
    HeaderValue result;
    result.value = trimmed(takeUntil(text, ";")).toLower();
    while (!text.empty()) {
        text.remove_prefix(1); // the semicolon
        const QByteArray name = trimmed(takeUntil(text, "=;")).toLower();
        if (text.empty() || text.front() == ';')
            continue;
        text.remove_prefix(1); // the equals sign
        while (!text.empty() && isBlank(text.front()))
            text.remove_prefix(1);
        QByteArray content;
        if (!text.empty() && text.front() == '"') {
            content = takeQuoted(text);
            takeUntil(text, ";");
        } else {
            content = trimmed(takeUntil(text, ";"));
        }
        if (!name.isEmpty())
            result.parameters.emplace_back(name, content);
    }
    return result;
}

} // namespace longshore::sandbox
