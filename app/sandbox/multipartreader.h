#pragma once

#include <QByteArray>

#include <functional>
#include <string>
#include <string_view>

namespace longshore::sandbox {

/// Takes multipart/form-data apart as it comes, in pieces of any size. Data is handed on without
/// being copied; what is held back is at most a delimiter's length.
class MultipartReader
{
public:
    class Handler
    {
    public:
        virtual ~Handler() = default;
        /// A field begins. `name` is null if its headers give none. False ends the reading.
        virtual bool fieldBegan(const QByteArray &name) = 0;
        /// Some of the current field's content. False ends the reading.
        virtual bool fieldData(std::string_view data) = 0;
    };

    /// `boundary` is the Content-Type's parameter, not empty.
    MultipartReader(const QByteArray &boundary, Handler &handler);

    /// False once the handler wanted no more or the body is malformed; the rest is then ignored.
    bool feed(std::string_view bytes);

    /// Whether the closing delimiter has been seen.
    [[nodiscard]] bool isComplete() const { return m_state == State::Epilogue; }
    /// Why the body is malformed, as the end of a sentence; null if it is not (so far).
    [[nodiscard]] const char *error() const { return m_error; }

private:
    enum class State { Preamble, AfterDelimiter, Headers, Data, Epilogue, Ended };

    std::string_view readPreamble(std::string_view bytes);
    std::string_view readAfterDelimiter(std::string_view bytes);
    std::string_view readHeaders(std::string_view bytes);
    std::string_view readData(std::string_view bytes);
    std::string_view readHeldData(std::string_view bytes);
    void headerLineEnded();
    void emitData(std::string_view data);
    void fail(const char *error);

    Handler &m_handler;
    const std::string m_delimiter; ///< CR LF, two hyphens and the boundary
    const std::boyer_moore_horspool_searcher<std::string::const_iterator> m_search;
    State m_state = State::Preamble;
    std::string m_line; ///< the current line outside of data
    std::string m_held; ///< data that may be the beginning of a delimiter
    std::size_t m_headerBytes = 0;
    QByteArray m_fieldName;
    const char *m_error = nullptr;
};

} // namespace longshore::sandbox
