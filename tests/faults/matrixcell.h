#pragma once

#include "matrixrows.h"
#include "support/uploadharness.h"
#include "support/wireserver.h"
#include "transfer/transport/partmanagers.h"

#include "sandbox/sandbox.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QStringList>

#include <memory>

namespace longshore {

/// One cell of the matrix: an upload to a sandbox of its own, in whose way the row's fault stands
/// at one call, once or for ever. Time is virtual: it moves on when nothing is under way on the
/// wire but what stands still by the fault.
class MatrixCell
{
public:
    MatrixCell(const FaultRow &row, sandbox::Call call, bool forEver);
    ~MatrixCell();
    Q_DISABLE_COPY_MOVE(MatrixCell)

    /// To the upload's end.
    void run();
    /// "retried, completed (2, 1)": what became of it, how many requests of the call came, how many
    /// files the service has.
    QString outcome() const;
    /// What must never be, whatever the table says; a sentence each.
    const QStringList &breaches() const { return m_breaches; }
    /// The first requests with their virtual times and what was answered, to see why.
    QString log() const;

private:
    sandbox::SandboxOptions serviceOptions() const;
    sandbox::FaultPlan serviceFaults() const;
    RelayPlan relayPlan() const;
    Endpoint endpoint() const;

    // Time.
    bool settle();
    bool isWireQuiet();
    bool isProgressKnown() const;
    QList<QNetworkReply *> runningReplies() const;
    bool advanceToNextTimer();
    bool runUntil(const std::function<bool()> &done);

    // What the table says.
    QString ending() const;
    bool wasFoundByTheList() const;
    bool wasRetried() const;

    // What must never be.
    void breach(const QString &what) { m_breaches.append(what); }
    void checkSnapshot();
    void checkEnd();
    void checkFiles();
    void checkError();
    void checkRequests();
    void checkRetryAfter();

    const FaultRow m_row;
    const sandbox::Call m_call;
    const bool m_forEver;
    const int m_parts;

    WireServer m_elsewhere;
    int m_strayConnections = 0;
    sandbox::SandboxServer m_service;
    std::unique_ptr<FaultRelay> m_relay;
    QNetworkAccessManager m_control;
    PartManagers m_partManagers;
    std::unique_ptr<UploadHarness> m_upload;
    std::chrono::seconds m_serviceTime{0}; ///< by which the service's clock was moved
    int m_unassignedStalls = 0;
    QList<QPointer<QNetworkReply>> m_stalled;
    QStringList m_breaches;
};

} // namespace longshore
