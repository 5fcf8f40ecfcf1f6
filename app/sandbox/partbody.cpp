#include "partbody.h"

#include "headerparameters.h"

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

/// 70 by the standard; some clients take more.
constexpr qsizetype LongestBoundary = 200;

Answer dataRefusal(const QString &message)
{
    return refusal(400, message, u"data"_s);
}

} // namespace

PartBody::PartBody(const QByteArray &boundary, IncomingPart &part)
    : m_part(part)
    , m_reader(boundary, *this)
{
}

std::optional<Answer> PartBody::feed(std::string_view bytes)
{
    if (!m_reader.feed(bytes) && !m_refusal)
        m_refusal = dataRefusal(
            u"The multipart body is malformed: %1."_s.arg(QString::fromLatin1(m_reader.error())));
    return m_refusal;
}

std::optional<Answer> PartBody::finish() const
{
    if (m_refusal)
        return m_refusal;
    if (!m_reader.isComplete())
        return dataRefusal(u"The multipart body ends before its last boundary."_s);
    if (!m_hasData)
        return dataRefusal(u"'data' is a required property."_s);
    return {};
}

bool PartBody::fieldBegan(const QByteArray &name)
{
    if (name.isNull())
        m_refusal = dataRefusal(u"A field of the multipart body has no name."_s);
    else if (name != "data")
        m_refusal = dataRefusal(u"Additional properties are not allowed ('%1')."_s.arg(
            QString::fromUtf8(name.left(64))));
    else if (m_hasData)
        m_refusal = dataRefusal(u"'data' must be sent once only."_s);
    m_hasData = true;
    return !m_refusal;
}

bool PartBody::fieldData(std::string_view data)
{
    m_refusal = m_part.write(data);
    return !m_refusal;
}

QByteArray multipartBoundary(std::string_view contentType)
{
    const HeaderValue value = parseHeaderValue(contentType);
    const QByteArray boundary = value.parameter(QByteArrayLiteral("boundary"));
    const bool isUsable = value.value == "multipart/form-data" && !boundary.isEmpty()
        && boundary.size() <= LongestBoundary && !boundary.contains('\r')
        && !boundary.contains('\n');
    return isUsable ? boundary : QByteArray();
}

} // namespace longshore::sandbox
