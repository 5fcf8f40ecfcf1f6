#include "platform/localbus.h"

#include <QLocalSocket>
#include <QTimer>

#include <chrono>
#include <utility>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace longshore {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A bus that is well answers within milliseconds; at the start of a machine it may take a while.
constexpr std::chrono::milliseconds kPatience = 5s;

/// Of an answer; it is one line.
constexpr qint64 kLongestAnswer = 4096;

#ifdef Q_OS_UNIX
/// "I am this user": every bus that would take us says OK to it.
QByteArray greeting()
{
    const QByteArray user = QByteArray::number(static_cast<qulonglong>(::getuid()));
    return QByteArray(1, '\0') + "AUTH EXTERNAL " + user.toHex() + "\r\n";
}
#endif

class BusQuestion final : public QObject
{
public:
    BusQuestion(const BusSocket &socket, std::function<void(bool)> answered, QObject *parent)
        : QObject(parent)
        , m_answered(std::move(answered))
    {
        m_patience.setSingleShot(true);
        connect(&m_patience, &QTimer::timeout, this, [this] { finish(false); });
        connect(&m_socket, &QLocalSocket::errorOccurred, this, [this] { finish(false); });
        connect(&m_socket, &QLocalSocket::readyRead, this, &BusQuestion::read);
#ifdef Q_OS_UNIX
        connect(&m_socket, &QLocalSocket::connected, this, [this] { m_socket.write(greeting()); });
#endif
        m_patience.start(kPatience);
        if (socket.isAbstract)
            m_socket.setSocketOptions(QLocalSocket::AbstractNamespaceOption);
        // Not from within: a socket that isn't there says so at once.
        QMetaObject::invokeMethod(
            this, [this, socket] { m_socket.connectToServer(socket.name); }, Qt::QueuedConnection);
    }

private:
    void read()
    {
        m_answer += m_socket.read(kLongestAnswer);
        if (m_answer.contains('\n') || m_answer.size() >= kLongestAnswer)
            finish(m_answer.startsWith("OK"));
    }

    void finish(bool answers)
    {
        if (!m_answered)
            return;
        m_patience.stop();
        const auto answered = std::exchange(m_answered, nullptr);
        deleteLater();
        answered(answers);
    }

    std::function<void(bool)> m_answered;
    QLocalSocket m_socket;
    QTimer m_patience;
    QByteArray m_answer;
};

} // namespace

BusSocket busSocketOf(const QString &address)
{
    const QStringList ways = address.split(u';', Qt::SkipEmptyParts);
    for (const QString &way : ways) {
        if (!way.startsWith("unix:"_L1))
            continue;
        const QStringList entries = way.sliced(5).split(u',', Qt::SkipEmptyParts);
        for (const QString &entry : entries) {
            const QString key = entry.section(u'=', 0, 0);
            const QString value =
                QString::fromUtf8(QByteArray::fromPercentEncoding(entry.section(u'=', 1).toUtf8()));
            if (!value.isEmpty() && (key == "path"_L1 || key == "abstract"_L1))
                return {value, key == "abstract"_L1};
        }
    }
    return {};
}

void askBus(const QString &address, QObject *context, std::function<void(bool)> answered)
{
    const BusSocket socket = busSocketOf(address);
    if (socket.name.isEmpty())
        QMetaObject::invokeMethod(
            context, [answered = std::move(answered)] { answered(false); }, Qt::QueuedConnection);
    else
        new BusQuestion(socket, std::move(answered), context);
}

} // namespace longshore
