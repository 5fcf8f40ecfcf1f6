#include "api/secrets.h"

#include <QJsonArray>
#include <QUrl>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kShortest = 4;
/// Real keys are longer, and no id or file name is the same by chance.
constexpr qsizetype kUnmistakable = 16;
/// Of base64, where fewer characters would be found in other words.
constexpr qsizetype kShortestBase64 = 8;
constexpr auto kMask = "***"_L1;

/// What of `secret` is the same in the base64 of any text that holds it so many bytes behind a
/// multiple of three.
QByteArray base64Core(const QByteArray &secret, qsizetype behind)
{
    const QByteArray all =
        (QByteArray(behind, '\0') + secret)
            .toBase64(QByteArray::Base64Encoding | QByteArray::OmitTrailingEquals);
    // A character whose bits are not all the secret's differs by what is beside it.
    const qsizetype first = behind == 0 ? 0 : behind + 1;
    const qsizetype last = (behind + secret.size()) * 8 / 6;
    return all.mid(first, last - first);
}

QJsonValue maskedValue(const Secrets &secrets, const QJsonValue &value)
{
    if (value.isString())
        return secrets.masked(value.toString());
    if (value.isObject())
        return secrets.masked(value.toObject());
    if (!value.isArray())
        return value;
    QJsonArray array;
    for (const QJsonValue entry : value.toArray())
        array.append(maskedValue(secrets, entry));
    return array;
}

} // namespace

void Secrets::add(const QByteArray &secret)
{
    if (secret.size() < kShortest || m_secrets.contains(secret))
        return;
    m_secrets.append(secret);
    QByteArrayList forms{secret, secret.toPercentEncoding()};
    for (const qsizetype behind : {0, 1, 2}) {
        const QByteArray core = base64Core(secret, behind);
        if (core.size() >= kShortestBase64)
            forms.append(core);
    }
    for (const QByteArray &form : std::as_const(forms)) {
        if (const QString text = QString::fromUtf8(form); !m_forms.contains(text))
            m_forms.append(text);
    }
}

QString Secrets::masked(const QString &text) const
{
    QString result = text;
    for (const QString &form : m_forms)
        result.replace(form, kMask, Qt::CaseInsensitive);
    return result;
}

QJsonObject Secrets::masked(const QJsonObject &object) const
{
    if (m_forms.isEmpty())
        return object;
    QJsonObject result;
    for (auto it = object.begin(); it != object.end(); ++it)
        result.insert(it.key(), maskedValue(*this, it.value()));
    return result;
}

Secrets Secrets::unmistakable() const
{
    Secrets result;
    for (const QByteArray &secret : m_secrets) {
        if (secret.size() >= kUnmistakable)
            result.add(secret);
    }
    return result;
}

} // namespace longshore
