#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

namespace longshore {

/// How long the event loop let others wait while one thing was done.
struct Stalls
{
    QString what;
    qint64 longestNs = 0; ///< between two beats, less the beat's own distance
    /// The same without the time in which this thread could have run, but others had the
    /// processors: on a machine that has nothing else to do this is what would be left.
    qint64 longestOwnNs = 0;
    int ownOver50ms = 0;
    qint64 beats = 0;
    qint64 totalNs = 0;
};

/// Measures the stalls of the event loop of its thread by a timer that wants to fire each
/// millisecond.
class StallMeter final : public QObject
{
    Q_OBJECT

public:
    explicit StallMeter(QObject *parent = nullptr);

    /// What is measured from now on counts for `what`.
    void begin(const QString &what);
    /// All that was begun, in its order.
    QList<Stalls> end();

private:
    void beat();
    /// Of this thread's life, by the kernel; 0 where it does not say.
    qint64 readyButNotRunningNs();

    QTimer m_timer;
    QElapsedTimer m_clock;
    QFile m_schedule;
    qint64 m_lastNs = 0;
    qint64 m_lastReadyNs = 0;
    qint64 m_begunNs = 0;
    QList<Stalls> m_stalls;
};

} // namespace longshore
