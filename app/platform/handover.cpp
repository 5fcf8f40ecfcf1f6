#include "platform/handover.h"

#include <QDir>
#include <QtEndian>

#include <algorithm>

namespace longshore {

namespace {

/// "LSHand" and the format's number; then the body's length, big-endian.
constexpr QByteArrayView kMagic("LSHand1\n");
static_assert(kMagic.size() + qsizetype{sizeof(quint32)} == kHandoverHeaderBytes);

/// The body: "0" or "1" for minimized, the token and the paths in UTF-8, a NUL after each.
constexpr char kEnd = '\0';
constexpr qsizetype kFieldsBeforePaths = 2;

/// Desktops' tokens are far shorter.
constexpr qsizetype kMaxTokenBytes = 4096;

bool canBeSent(const QString &path)
{
    return !path.contains(QChar(u'\0')) && QDir::isAbsolutePath(path);
}

} // namespace

std::optional<QByteArray> encodedHandover(const Handover &handover)
{
    if (handover.paths.size() > kMaxHandoverPaths
        || !std::all_of(handover.paths.begin(), handover.paths.end(), canBeSent))
        return {};
    QByteArray body(1, handover.minimized ? '1' : '0');
    body += kEnd;
    // Without its token a window comes to the front less surely; that is all.
    if (handover.activationToken.size() <= kMaxTokenBytes
        && !handover.activationToken.contains(kEnd))
        body += handover.activationToken;
    body += kEnd;
    for (const QString &path : handover.paths) {
        body += path.toUtf8();
        body += kEnd;
        if (body.size() > kMaxHandoverBytes)
            return {};
    }
    const quint32 length = qToBigEndian(static_cast<quint32>(body.size()));
    QByteArray message = kMagic.toByteArray();
    message.append(reinterpret_cast<const char *>(&length), sizeof(length));
    return message + body;
}

std::optional<qsizetype> handoverBodyBytes(QByteArrayView header)
{
    if (header.size() != kHandoverHeaderBytes || !header.startsWith(kMagic))
        return {};
    const qsizetype length = qFromBigEndian<quint32>(header.data() + kMagic.size());
    return length <= kMaxHandoverBytes ? std::optional(length) : std::nullopt;
}

std::optional<Handover> decodedHandover(const QByteArray &body)
{
    const qsizetype fields = body.count(kEnd);
    if (!body.endsWith(kEnd) || fields < kFieldsBeforePaths
        || fields > kFieldsBeforePaths + kMaxHandoverPaths)
        return {};
    const QList<QByteArray> values = body.chopped(1).split(kEnd);
    if ((values[0] != "0" && values[0] != "1") || values[1].size() > kMaxTokenBytes)
        return {};
    Handover handover;
    handover.minimized = values[0] == "1";
    handover.activationToken = values[1];
    for (const QByteArray &path : values.sliced(kFieldsBeforePaths)) {
        handover.paths.append(QString::fromUtf8(path));
        if (!canBeSent(handover.paths.constLast()))
            return {};
    }
    return handover;
}

QByteArray activationTokenOfEnvironment()
{
    const QByteArray token = qgetenv("XDG_ACTIVATION_TOKEN");
    return token.isEmpty() ? qgetenv("DESKTOP_STARTUP_ID") : token;
}

} // namespace longshore
