#pragma once

#include "support/fakeaccessmanager.h"
#include "support/uploadharness.h"

namespace longshore {

/// An answer to GET /files that shows one file called data.bin.
FakeAnswer fileList(const QString &id, qint64 createdAt, qint64 bytes);

/// The same answer, told at this second of the service's clock.
FakeAnswer dated(const FakeAnswer &answer, qint64 unixSeconds);
/// The service is there, but asks for a while; "503" with no time at all.
FakeAnswer overloaded();
FakeAnswer slowDown(const QByteArray &seconds);

/// What a ControllerHarness is built on: the service is there before the upload.
struct FakeService
{
    FakeAccessManager service;
};

/// One controller with everything around it faked but the file.
class ControllerHarness final : public FakeService, public UploadHarness
{
public:
    explicit ControllerHarness(int lanes = 4);

    /// make() and start() of the usual upload: 10 parts of 100 bytes.
    void startUsual();
    /// Runs the event loop until nothing is posted any more and the pool is idle, but for what
    /// hangs.
    void settle();
    /// Moves the clock and settles.
    void advance(std::chrono::milliseconds by);
    /// Advances to each next timer until that time (monotonic), which comes last.
    void advanceTo(std::chrono::milliseconds time);
    /// Advances to each next timer until all uploads have ended; fails after a virtual day.
    bool runToEnd();
    /// So many of the pool's threads are stuck by the test: settle() doesn't wait for them.
    int hungThreads = 0;
    /// What complete was told, in its order, as the bytes of those parts.
    QByteArray completedContent() const;

private:
    qsizetype stir() const;
    bool haveAllEnded() const;
    static Endpoint endpoint();
};

} // namespace longshore
