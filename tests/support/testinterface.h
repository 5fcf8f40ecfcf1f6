#pragma once

#include "faults/ownnamespace.h"

#include <QByteArray>

#include <arpa/inet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

namespace longshore::test {

inline sockaddr internetAddress(const char *text)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, text, &address.sin_addr);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    return generic;
}

inline void changeInterface(unsigned long what, ifreq &request)
{
    const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (ioctl(control, what, &request) != 0)
        failWithErrno("the interface can't be changed");
    close(control);
}

inline ifreq requestFor(const char *interface)
{
    ifreq request{};
    std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    return request;
}

inline void setInterfaceUp(const char *interface)
{
    ifreq request = requestFor(interface);
    changeInterface(SIOCGIFFLAGS, request);
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    changeInterface(SIOCSIFFLAGS, request);
}

/// A network interface with nobody behind it. Needs a network of one's own (unshareAsRoot).
class TestInterface
{
public:
    explicit TestInterface(const char *name)
        : m_name(name)
        , m_tunnel(open("/dev/net/tun", O_RDWR | O_CLOEXEC))
    {
        ifreq request = requestFor(name);
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        if (ioctl(m_tunnel, TUNSETIFF, &request) != 0)
            failWithErrno("no interface");
    }
    ~TestInterface() { close(m_tunnel); }
    Q_DISABLE_COPY_MOVE(TestInterface)

    void setUp() { setInterfaceUp(m_name); }

    void setAddress(const char *address)
    {
        ifreq request = requestFor(m_name);
        request.ifr_addr = internetAddress(address);
        changeInterface(SIOCSIFADDR, request);
        request.ifr_netmask = internetAddress("255.255.255.0");
        changeInterface(SIOCSIFNETMASK, request);
    }

    /// Makes it the way to all other networks.
    void leadEverywhere()
    {
        QByteArray name(m_name);
        rtentry route{};
        route.rt_dst = internetAddress("0.0.0.0");
        route.rt_genmask = internetAddress("0.0.0.0");
        route.rt_flags = RTF_UP;
        route.rt_dev = name.data();
        const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (ioctl(control, SIOCADDRT, &route) != 0)
            failWithErrno("no route");
        close(control);
    }

private:
    const char *m_name;
    int m_tunnel;
};

} // namespace longshore::test
