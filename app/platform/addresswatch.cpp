#include "platform/addresswatch.h"

#include <QSocketNotifier>
#include <QTimer>

#include <chrono>

#ifdef Q_OS_LINUX
#include <array>
#include <cerrno>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace longshore {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kInterval = 5s;

#ifdef Q_OS_LINUX
constexpr unsigned int kGroups =
    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;

/// A socket that the kernel writes to at each change; -1 if there is none to be had.
int openRouteSocket()
{
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (socket < 0)
        return -1;
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = kGroups;
    if (::bind(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return socket;
    ::close(socket);
    return -1;
}
#endif

} // namespace

AddressWatch::AddressWatch(QObject *parent)
    : QObject(parent)
{
#ifdef Q_OS_LINUX
    m_socket = openRouteSocket();
    if (m_socket >= 0) {
        m_notifier = std::make_unique<QSocketNotifier>(m_socket, QSocketNotifier::Read);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, &AddressWatch::read);
        return;
    }
#endif
    m_timer = std::make_unique<QTimer>();
    connect(m_timer.get(), &QTimer::timeout, this, &AddressWatch::changed);
    m_timer->start(kInterval);
}

AddressWatch::~AddressWatch()
{
#ifdef Q_OS_LINUX
    m_notifier.reset();
    if (m_socket >= 0)
        ::close(m_socket);
#endif
}

/// What has changed is looked up later; that something did is enough, even that some of it was
/// lost (ENOBUFS).
void AddressWatch::read()
{
#ifdef Q_OS_LINUX
    std::array<char, 8192> message;
    while (::recv(m_socket, message.data(), message.size(), 0) > 0 || errno == ENOBUFS) { }
#endif
    Q_EMIT changed();
}

} // namespace longshore
