// A server for uploads that keeps no byte of them:
//
//   sink [--certificate PEM --key PEM] [--sample MS]
//
// Prints http://127.0.0.1:PORT/v1 (https: with a certificate) once it accepts connections, and ends
// when stdin does. GET /v1/figures tells what came, and the seconds of processor time it took here;
// GET /v1/history what had come by when, with --sample. Each connection has a thread, so that it
// has all processors where one is not enough.

#include "sinkconnection.h"
#include "sinkservice.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

using namespace longshore;

// Several records of 16 KiB by one call.
constexpr std::size_t tlsReadBytes = 128 * 1024;

// Outlives the threads, which are left to themselves at the end.
SinkService service;

[[noreturn]] void fail(const char *what)
{
    std::perror(what);
    std::exit(1);
}

SSL_CTX *makeTls(const char *certificate, const char *key)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (tls == nullptr || SSL_CTX_use_certificate_chain_file(tls, certificate) != 1
        || SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
        std::fprintf(stderr, "sink: %s and %s can't be used\n", certificate, key);
        std::exit(1);
    }
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_default_read_buffer_len(tls, tlsReadBytes);
    return tls;
}

int listenOnLoopback(unsigned short &port)
{
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, reinterpret_cast<sockaddr *>(&address), size) < 0
        || listen(listener, SOMAXCONN) < 0
        || getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) < 0)
        fail("sink: listen");
    port = ntohs(address.sin_port);
    return listener;
}

[[noreturn]] void sampleEvery(std::chrono::milliseconds distance)
{
    for (auto next = std::chrono::steady_clock::now();; next += distance) {
        service.sample();
        std::this_thread::sleep_until(next + distance);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const char *certificate = nullptr;
    const char *key = nullptr;
    int sampleMs = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--certificate") == 0)
            certificate = argv[i + 1];
        else if (std::strcmp(argv[i], "--key") == 0)
            key = argv[i + 1];
        else if (std::strcmp(argv[i], "--sample") == 0)
            sampleMs = std::atoi(argv[i + 1]);
    }
    if (argc != 1 + (certificate ? 4 : 0) + (sampleMs > 0 ? 2 : 0) || !certificate != !key) {
        std::fputs("Usage: sink [--certificate PEM --key PEM] [--sample MS]\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    SSL_CTX *tls = certificate ? makeTls(certificate, key) : nullptr;
    unsigned short port = 0;
    const int listener = listenOnLoopback(port);
    std::printf("%s://127.0.0.1:%d/v1\n", tls ? "https" : "http", port);
    std::fflush(stdout);

    if (sampleMs > 0)
        std::thread(sampleEvery, std::chrono::milliseconds(sampleMs)).detach();
    std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {listener, POLLIN, 0}}};
    while (poll(watched.data(), watched.size(), -1) >= 0) {
        if (watched[0].revents != 0)
            break;
        const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0)
            std::thread([client, tls] { SinkConnection(client, tls, service).serve(); }).detach();
    }
    std::_Exit(0);
}
