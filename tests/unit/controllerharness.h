#pragma once

#include "support/fakeaccessmanager.h"
#include "support/uploadharness.h"

namespace longshore {

/// An answer to GET /files that shows one file called data.bin.
FakeAnswer fileList(const QString &id, qint64 createdAt, qint64 bytes);

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
    /// Runs the event loop until nothing is posted any more and the pool is idle.
    void settle();
    /// Moves the clock and settles.
    void advance(std::chrono::milliseconds by);
    /// Advances to each next timer until the upload has ended; fails after a virtual day.
    bool runToEnd();
    /// What complete was told, in its order, as the bytes of those parts.
    QByteArray completedContent() const;

private:
    static Endpoint endpoint();
};

} // namespace longshore
