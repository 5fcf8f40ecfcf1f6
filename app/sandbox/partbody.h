#pragma once

#include "answer.h"
#include "multipartreader.h"
#include "uploadtable.h"

#include <memory>
#include <optional>
#include <string_view>

namespace longshore::sandbox {

/// The body of a part request: multipart/form-data with exactly one field `data`, whose content
/// goes to the disk as it comes.
class PartBody final : private MultipartReader::Handler
{
public:
    PartBody(const QByteArray &boundary, IncomingPart &part);

    /// Some more of the body, or why it is refused.
    std::optional<Answer> feed(std::string_view bytes);
    /// The end of the body: whether it was whole.
    [[nodiscard]] std::optional<Answer> finish() const;

private:
    bool fieldBegan(const QByteArray &name) override;
    bool fieldData(std::string_view data) override;

    IncomingPart &m_part;
    MultipartReader m_reader;
    bool m_hasData = false;
    std::optional<Answer> m_refusal;
};

/// The boundary of this Content-Type, or null if it is not multipart/form-data with a boundary.
QByteArray multipartBoundary(std::string_view contentType);

} // namespace longshore::sandbox
