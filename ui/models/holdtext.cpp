#include "ui/models/holdtext.h"

#include "api/translated.h"
#include "cli/humantext.h"
#include "ui/models/uploadtext.h"

#include <algorithm>
#include <chrono>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

/// HoldEnd::CompleteBefore: this long before the service would expire the upload.
constexpr auto kCompletedBefore = 2min;

} // namespace

bool mayBeHeld(const UploadSnapshot &upload)
{
    return !isEnded(upload.state) && upload.state != UploadState::Completing
        && upload.state != UploadState::Cancelling;
}

bool mayBeArranged(const UploadSnapshot &upload)
{
    return upload.held && mayBeHeld(upload);
}

QString countdownText(const UploadSnapshot &upload, qint64 nowMs)
{
    const auto left = expiresIn(upload, nowMs);
    if (!left)
        return {};
    if (upload.holdEnd == HoldEnd::LetExpire)
        return tr("expires in %1").arg(roundedText(*left));
    return tr("completes by itself in %1")
        .arg(roundedText(std::max<std::chrono::seconds>(*left - kCompletedBefore, 0s)));
}

bool waitsForChecksum(const UploadSnapshot &upload)
{
    // None is computed where none was hashed: the user goes without.
    return (upload.state == UploadState::Ready || upload.state == UploadState::Completing)
        && upload.hashing;
}

QString checksumText(const UploadSnapshot &upload)
{
    return tr("checksum %1 %").arg(percentOf(upload.hashed, upload.bytes));
}

} // namespace longshore
