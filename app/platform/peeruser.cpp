#include "platform/peeruser.h"

#include <QLocalSocket>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#endif

namespace longshore {

#ifdef Q_OS_UNIX

quint32 ownUser()
{
    return ::geteuid();
}

std::optional<quint32> userOfPeer(const QLocalSocket &socket)
{
    const int descriptor = static_cast<int>(socket.socketDescriptor());
#ifdef Q_OS_LINUX
    ucred peer = {};
    socklen_t size = sizeof(peer);
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return {};
    return peer.uid;
#else
    uid_t user = 0;
    gid_t group = 0;
    if (::getpeereid(descriptor, &user, &group) != 0)
        return {};
    return user;
#endif
}

#else

quint32 ownUser()
{
    return 0;
}

std::optional<quint32> userOfPeer(const QLocalSocket &)
{
    return ownUser();
}

#endif

} // namespace longshore
