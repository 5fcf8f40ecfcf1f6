#include "multipartreader.h"

#include "headerparameters.h"

#include <algorithm>

namespace longshore::sandbox {

namespace {

/// Of one field. Clients send about a hundred bytes.
constexpr std::size_t MaximumHeaderBytes = 16 * 1024;

std::string_view withoutLineEnd(std::string_view line)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

bool isBlankOnly(std::string_view text)
{
    return text.find_first_not_of(" \t") == std::string_view::npos;
}

bool beginsWithIgnoringCase(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size()
        && std::equal(lowerCase.begin(), lowerCase.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
           });
}

} // namespace

MultipartReader::MultipartReader(const QByteArray &boundary, Handler &handler)
    : m_handler(handler)
    , m_delimiter("\r\n--" + boundary.toStdString())
    , m_search(m_delimiter.begin(), m_delimiter.end())
{
}

bool MultipartReader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        switch (m_state) {
        case State::Preamble:
            bytes = readPreamble(bytes);
            break;
        case State::AfterDelimiter:
            bytes = readAfterDelimiter(bytes);
            break;
        case State::Headers:
            bytes = readHeaders(bytes);
            break;
        case State::Data:
            bytes = readHeldData(bytes);
            break;
        case State::Epilogue:
            return true;
        case State::Ended:
            return false;
        }
    }
    return m_state != State::Ended;
}

/// The first delimiter stands at the beginning of a line; lines may end in LF alone here.
std::string_view MultipartReader::readPreamble(std::string_view bytes)
{
    const std::string_view dashBoundary = std::string_view(m_delimiter).substr(2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\n') {
            m_line.clear();
            m_headerBytes = 0;
        } else if (m_line.size() < dashBoundary.size()) {
            m_line += bytes[i];
            ++m_headerBytes;
        } else {
            ++m_headerBytes; // a longer line: only its beginning matters
        }
        if (m_headerBytes == dashBoundary.size() && m_line == dashBoundary) {
            m_line.clear();
            m_state = State::AfterDelimiter;
            return bytes.substr(i + 1);
        }
    }
    return {};
}

std::string_view MultipartReader::readAfterDelimiter(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        m_line += bytes[i];
        if (m_line == "--") {
            m_state = State::Epilogue;
            return bytes.substr(i + 1);
        }
        if (bytes[i] == '\n') {
            m_line.pop_back();
            if (!isBlankOnly(withoutLineEnd(m_line))) {
                fail("a boundary is followed by something else than the line's end");
                return {};
            }
            m_line.clear();
            m_headerBytes = 0;
            m_fieldName = QByteArray();
            m_state = State::Headers;
            return bytes.substr(i + 1);
        }
        if (m_line.size() > MaximumHeaderBytes) {
            fail("the line of a boundary is too long");
            return {};
        }
    }
    return {};
}

std::string_view MultipartReader::readHeaders(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (++m_headerBytes > MaximumHeaderBytes) {
            fail("the headers of a field are too long");
            return {};
        }
        if (bytes[i] != '\n') {
            m_line += bytes[i];
            continue;
        }
        const bool isEnd = withoutLineEnd(m_line).empty();
        headerLineEnded();
        if (isEnd) {
            m_state = State::Data;
            if (!m_handler.fieldBegan(m_fieldName))
                m_state = State::Ended;
            return bytes.substr(i + 1);
        }
    }
    return {};
}

void MultipartReader::headerLineEnded()
{
    constexpr std::string_view Name = "content-disposition:";
    const std::string_view line = withoutLineEnd(m_line);
    if (beginsWithIgnoringCase(line, Name)) {
        const HeaderValue value = parseHeaderValue(line.substr(Name.size()));
        if (value.value == "form-data")
            m_fieldName = value.parameter(QByteArrayLiteral("name"));
    }
    m_line.clear();
}

/// Decides first about the bytes held back from before, then reads on in `bytes`.
std::string_view MultipartReader::readHeldData(std::string_view bytes)
{
    if (m_held.empty())
        return readData(bytes);

    // What is held is a beginning of the delimiter: compare the rest.
    const std::string_view missing = std::string_view(m_delimiter).substr(m_held.size());
    const std::size_t common = std::min(missing.size(), bytes.size());
    if (bytes.substr(0, common) != missing.substr(0, common)) {
        // CR stands nowhere else in a delimiter, so no other one begins within the held bytes.
        const std::string held = std::move(m_held);
        m_held.clear();
        emitData(held);
        return m_state == State::Data ? readData(bytes) : std::string_view();
    }
    m_held.append(bytes.substr(0, common));
    if (m_held.size() == m_delimiter.size()) {
        m_held.clear();
        m_state = State::AfterDelimiter;
    }
    return bytes.substr(common);
}

std::string_view MultipartReader::readData(std::string_view bytes)
{
    const auto found = std::search(bytes.begin(), bytes.end(), m_search);
    const auto position = static_cast<std::size_t>(found - bytes.begin());
    if (position < bytes.size()) {
        m_state = State::AfterDelimiter;
        emitData(bytes.substr(0, position));
        return m_state == State::Ended ? std::string_view()
                                       : bytes.substr(position + m_delimiter.size());
    }
    // The end of these bytes may be the beginning of a delimiter.
    const std::size_t tail = bytes.size() - std::min(bytes.size(), m_delimiter.size() - 1);
    std::size_t cut = bytes.find_last_of('\r');
    if (cut == std::string_view::npos || cut < tail
        || !std::string_view(m_delimiter).starts_with(bytes.substr(cut)))
        cut = bytes.size();
    m_held = bytes.substr(cut);
    emitData(bytes.substr(0, cut));
    return {};
}

void MultipartReader::emitData(std::string_view data)
{
    if (!data.empty() && !m_handler.fieldData(data))
        m_state = State::Ended;
}

void MultipartReader::fail(const char *error)
{
    m_error = error;
    m_state = State::Ended;
}

} // namespace longshore::sandbox
