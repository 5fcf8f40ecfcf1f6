#pragma once

#include "exchange.h"

#include <QString>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace longshore::sandbox {

/// Accepts connections on 127.0.0.1 and serves them in threads of its own. start() and stop() are
/// called once, from one thread.
class Listener
{
public:
    explicit Listener(const Services &services);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    /// Port 0 means any free one.
    bool start(quint16 port, QString *error);
    /// Cuts all connections; answers under way are lost. Work that takes long is waited for.
    void stop();
    [[nodiscard]] quint16 port() const { return m_port; }

    /// Runs this soon in a thread that serves no connection, or at once after stop(). Thread-safe.
    void runInBackground(std::function<void()> work);

private:
    struct Network;

    void accept();

    const Services &m_services;
    const std::function<void(std::function<void()>)> m_worker;
    std::mutex m_mutex;
    std::unique_ptr<Network> m_network; ///< the mutex is for taking it away
    std::vector<std::thread> m_threads;
    quint16 m_port = 0;
};

} // namespace longshore::sandbox
