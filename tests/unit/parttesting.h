#pragma once

#include "transfer/transport/partaccessmanager.h"

#include <QByteArray>
#include <QIODevice>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QSslConfiguration>

#include <functional>
#include <limits>

/// Whether parts go through libcurl in this build. What Qt cannot do is then asserted as what it
/// does instead.
#ifdef LONGSHORE_CURL
constexpr bool withCurl = true;
#else
constexpr bool withCurl = false;
#endif

/// A random-access body that has as many bytes ready as the test allows.
class ScriptedBody final : public QIODevice
{
    Q_OBJECT

public:
    explicit ScriptedBody(QByteArray content, QObject *parent = nullptr);

    bool isSequential() const override { return false; }
    qint64 size() const override { return m_claimedSize >= 0 ? m_claimedSize : m_content.size(); }
    bool seek(qint64 position) override;

    /// Reads beyond this give 0 bytes; readyRead() follows when it grows.
    void allow(qint64 bytes);
    /// Reads from here on give -1.
    void failFrom(qint64 position) { m_failFrom = position; }
    void claimSize(qint64 size) { m_claimedSize = size; }
    /// At most so many bytes for each read.
    void limitReads(qint64 bytes) { m_largestRead = bytes; }
    /// Called in each read, before it gives anything.
    std::function<void()> onRead;

    int emptyReads() const { return m_emptyReads; }
    int seeksToStart() const { return m_seeksToStart; }
    qint64 furthest() const { return m_furthest; }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_content;
    qint64 m_allowed = std::numeric_limits<qint64>::max();
    qint64 m_failFrom = std::numeric_limits<qint64>::max();
    qint64 m_largestRead = std::numeric_limits<qint64>::max();
    qint64 m_claimedSize = -1;
    qint64 m_furthest = 0;
    int m_emptyReads = 0;
    int m_seeksToStart = 0;
};

/// Bytes that look random and are the same for a seed.
QByteArray randomBytes(qsizetype size, quint32 seed);

/// A request for a part, as the client makes it.
QNetworkRequest partRequest(const QUrl &url);

/// A configuration that trusts this authority of data/transport and no other.
QSslConfiguration trusting(const QString &authority);

/// Watches a reply from its beginning: what it said, and in which order.
class ReplyWatch final : public QObject
{
    Q_OBJECT

public:
    explicit ReplyWatch(QNetworkReply *reply);

    /// Waits until finished() came. False after the time that only a hang takes.
    bool waitForFinished();
    int finishedCount() const { return m_finished; }
    int errorCount() const { return m_errors; }
    int signalsAfterFinished() const { return m_afterFinished; }
    const QList<qint64> &progress() const { return m_progress; }
    qint64 lastProgress() const { return m_progress.isEmpty() ? 0 : m_progress.constLast(); }
    bool destroyed() const { return m_destroyed; }

Q_SIGNALS:
    void finished();

private:
    void count();

    QList<qint64> m_progress;
    int m_finished = 0;
    int m_errors = 0;
    int m_afterFinished = 0;
    bool m_destroyed = false;
};

/// The status of the answer, 0 when none came.
int statusOf(const QNetworkReply &reply);
