#include "queue/storedvalues.h"

#include <QMetaEnum>
#include <QtEndian>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

// Can't begin UTF-8.
constexpr char kUtf16Mark = '\xff';

constexpr ErrorKind kErrorKinds[] = {
    ErrorKind::None,    ErrorKind::Usage,   ErrorKind::File,      ErrorKind::FileChanged,
    ErrorKind::Network, ErrorKind::Tls,     ErrorKind::Auth,      ErrorKind::Quota,
    ErrorKind::Refused, ErrorKind::Expired, ErrorKind::BadAnswer, ErrorKind::Preflight,
    ErrorKind::Journal};

constexpr UploadState kStoredStates[] = {UploadState::Queued, UploadState::Completed,
                                         UploadState::Cancelled, UploadState::Failed,
                                         UploadState::Unknown};

constexpr QLatin1StringView kLetExpire("let-expire");
constexpr QLatin1StringView kCompleteBefore("complete-before");

} // namespace

QByteArray storedText(const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    if (QString::fromUtf8(utf8) == text)
        return storedBytes(utf8);
    QByteArray units(1 + text.size() * qsizetype(sizeof(char16_t)), kUtf16Mark);
    qToLittleEndian<char16_t>(text.utf16(), text.size(), units.data() + 1);
    return units;
}

QString textOf(const QByteArray &stored)
{
    if (!stored.startsWith(kUtf16Mark))
        return QString::fromUtf8(stored);
    QString text((stored.size() - 1) / qsizetype(sizeof(char16_t)), Qt::Uninitialized);
    qFromLittleEndian<char16_t>(stored.constData() + 1, text.size(), text.data());
    return text;
}

QByteArray storedOrder(const QList<int> &order)
{
    QByteArray stored(order.size() * qsizetype(sizeof(qint32)), '\0');
    if (!order.isEmpty())
        qToLittleEndian<qint32>(order.constData(), order.size(), stored.data());
    return storedBytes(stored);
}

QList<int> orderOf(const QByteArray &stored)
{
    QList<int> order(stored.size() / qsizetype(sizeof(qint32)));
    if (!order.isEmpty()) // Qt would copy no bytes to nowhere, which is undefined
        qFromLittleEndian<qint32>(stored.constData(), order.size(), order.data());
    return order;
}

QByteArray storedBytes(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArrayLiteral("") : bytes;
}

QString holdEndName(HoldEnd end)
{
    return end == HoldEnd::CompleteBefore ? kCompleteBefore : kLetExpire;
}

HoldEnd holdEndOf(const QString &name)
{
    return name == kCompleteBefore ? HoldEnd::CompleteBefore : HoldEnd::LetExpire;
}

UploadState storedStateOf(const QString &name)
{
    for (const UploadState state : kStoredStates) {
        if (uploadStateName(state) == name)
            return state;
    }
    return UploadState::Queued;
}

QNetworkReply::NetworkError networkErrorOf(int number)
{
    const auto known = QMetaEnum::fromType<QNetworkReply::NetworkError>();
    return known.valueToKey(number) ? static_cast<QNetworkReply::NetworkError>(number)
                                    : QNetworkReply::NoError;
}

ErrorKind errorKindOf(const QString &name)
{
    for (const ErrorKind kind : kErrorKinds) {
        if (errorKindName(kind) == name)
            return kind;
    }
    return ErrorKind::None;
}

} // namespace longshore
