#pragma once

#include <QtGlobal>

#include <optional>

class QLocalSocket;

namespace longshore {

/// The user that this process acts as; 0 on Windows.
quint32 ownUser();

/// The user at the other end of a connected socket, as the system knows it; none if it can't tell.
/// On Windows always ownUser(): there the pipe itself lets nobody else in.
std::optional<quint32> userOfPeer(const QLocalSocket &socket);

} // namespace longshore
