#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QStringList>

#include <optional>

namespace longshore {

/// What a second start tells the first.
struct Handover
{
    QStringList paths; ///< absolute, of files and folders to upload
    bool minimized = false; ///< not to bring the window to the front
    /// What the desktop gave the second start for bringing a window to the front; may be empty.
    QByteArray activationToken;
};

/// One more path, or one more byte of the message, is refused on either side.
constexpr qsizetype kMaxHandoverPaths = 100'000;
constexpr qsizetype kMaxHandoverBytes = qsizetype{64} * 1024 * 1024;

/// The message for a handover; nothing if it is beyond the limits, or if a path is not absolute or
/// holds a NUL.
std::optional<QByteArray> encodedHandover(const Handover &handover);

/// Bytes before the part of a message whose length they tell.
constexpr qsizetype kHandoverHeaderBytes = 12;

/// The length in bytes of what follows `header`, the first kHandoverHeaderBytes of a message;
/// nothing if it is none of ours or beyond the limit.
std::optional<qsizetype> handoverBodyBytes(QByteArrayView header);

/// Reads what follows the header; nothing if encodedHandover() can't have written it.
std::optional<Handover> decodedHandover(const QByteArray &body);

/// XDG_ACTIVATION_TOKEN of this process, or else DESKTOP_STARTUP_ID.
QByteArray activationTokenOfEnvironment();

} // namespace longshore
