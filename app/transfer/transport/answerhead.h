#pragma once

#include <QByteArray>
#include <QList>
#include <QNetworkReply>

namespace longshore {

/// The status line and the headers of an HTTP answer, put together line by line.
/// Interim answers (1xx) are forgotten when the next one begins; trailers are ignored.
class AnswerHead
{
public:
    /// Takes one line with its line ending. False when all lines together are more than an honest
    /// server sends.
    bool addLine(QByteArrayView line);

    /// 0 until a status line came.
    int status() const { return m_status; }
    QByteArray reason() const { return m_reason; }
    /// Names as received; values of a repeated name are joined the way Qt joins them.
    const QList<QNetworkReply::RawHeaderPair> &headers() const { return m_headers; }
    /// Whether this is the answer itself, with all its headers, and not an interim one.
    bool isComplete() const { return m_complete; }

private:
    void begin(QByteArrayView statusLine);
    void addHeader(QByteArrayView line);

    qsizetype m_bytes = 0;
    int m_status = 0;
    QByteArray m_reason;
    QList<QNetworkReply::RawHeaderPair> m_headers;
    bool m_complete = false;
};

} // namespace longshore
