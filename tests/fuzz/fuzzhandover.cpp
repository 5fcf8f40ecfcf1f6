#include "fuzz/fuzzer.h"

#include "platform/handover.h"

#include <algorithm>

using namespace longshore;
using namespace longshore::fuzz;

namespace {

void checkHandover(const Handover &handover)
{
    require(handover.paths.size() <= kMaxHandoverPaths, "there are no more paths than may be");
    require(std::all_of(handover.paths.begin(), handover.paths.end(),
                        [](const QString &path) {
                            // With a colon Qt names its resources, which are no files.
                            const bool isAbsolute = path.startsWith(u'/') || path.startsWith(u':');
                            return isAbsolute && !path.contains(QChar(u'\0'));
                        }),
            "each path is absolute and ends where it says");
    require(!handover.activationToken.contains('\0'), "the token ends where it says");
}

/// What was understood can be said again.
void checkRepeated(const Handover &handover)
{
    const std::optional<QByteArray> message = encodedHandover(handover);
    require(message.has_value(), "what was read can be sent");
    const std::optional<qsizetype> bytes =
        handoverBodyBytes(QByteArrayView(*message).first(kHandoverHeaderBytes));
    require(bytes == message->size() - kHandoverHeaderBytes, "the header tells the length");
    const std::optional<Handover> again = decodedHandover(message->sliced(kHandoverHeaderBytes));
    require(again && again->paths == handover.paths && again->minimized == handover.minimized
                && again->activationToken == handover.activationToken,
            "what is sent arrives");
}

} // namespace

/// A message; what follows its header is read even where that says something else.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray message = QByteArrayView(data, static_cast<qsizetype>(size)).toByteArray();
    const QByteArray header = message.left(kHandoverHeaderBytes);
    if (const std::optional<qsizetype> bytes = handoverBodyBytes(header)) {
        require(header.size() == kHandoverHeaderBytes, "only a whole header is one");
        require(*bytes >= 0 && *bytes <= kMaxHandoverBytes, "the length is within the limit");
    }
    if (const auto handover = decodedHandover(message.mid(kHandoverHeaderBytes))) {
        checkHandover(*handover);
        checkRepeated(*handover);
    }
    return 0;
}
