#include "answerhead.h"

#include <algorithm>

namespace longshore {

namespace {

// Bytes: many times what a service with tracing headers sends, and little enough for 16 lanes.
constexpr qsizetype largestHead = qsizetype{256} * 1024;
constexpr int firstFinalStatus = 200;
constexpr int switchingProtocols = 101;

} // namespace

bool AnswerHead::addLine(QByteArrayView line)
{
    m_bytes += line.size();
    if (m_bytes > largestHead)
        return false;
    if (m_complete)
        return true;
    const QByteArrayView trimmed = line.trimmed();
    if (trimmed.startsWith("HTTP/"))
        begin(trimmed);
    else if (!trimmed.isEmpty())
        addHeader(trimmed);
    else
        m_complete = m_status >= firstFinalStatus || m_status == switchingProtocols;
    return true;
}

void AnswerHead::begin(QByteArrayView statusLine)
{
    m_headers.clear();
    m_status = 0;
    m_reason.clear();
    const qsizetype space = statusLine.indexOf(' ');
    if (space < 0)
        return;
    const QByteArrayView rest = statusLine.sliced(space).trimmed();
    const qsizetype end = rest.indexOf(' ');
    m_status = (end < 0 ? rest : rest.first(end)).toInt();
    if (end >= 0)
        m_reason = rest.sliced(end).trimmed().toByteArray();
}

void AnswerHead::addHeader(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0)
        return;
    const QByteArray name = line.first(colon).trimmed().toByteArray();
    const QByteArray value = line.sliced(colon + 1).trimmed().toByteArray();
    const auto same = std::find_if(m_headers.begin(), m_headers.end(), [&](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    if (same == m_headers.end()) {
        m_headers.emplace_back(name, value);
        return;
    }
    const bool cookie = name.compare("set-cookie", Qt::CaseInsensitive) == 0;
    same->second += cookie ? QByteArrayLiteral("\n") : QByteArrayLiteral(", ");
    same->second += value;
}

} // namespace longshore
