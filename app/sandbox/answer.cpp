#include "answer.h"

#include <QJsonDocument>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

FileSource::FileSource(std::unique_ptr<QFile> file)
    : m_file(std::move(file))
    , m_size(m_file->size())
{
}

qint64 FileSource::read(char *target, qint64 maximum)
{
    return m_file->read(target, maximum);
}

RunSource::RunSource(std::vector<Run> runs)
    : m_runs(std::move(runs))
{
    for (const Run &run : m_runs)
        m_size += run.count;
}

qint64 RunSource::read(char *target, qint64 maximum)
{
    qint64 written = 0;
    while (written < maximum && m_current < m_runs.size()) {
        Run &run = m_runs[m_current];
        const qint64 length = std::min(run.count, maximum - written);
        std::memset(target + written, run.character, static_cast<std::size_t>(length));
        written += length;
        run.count -= length;
        if (run.count == 0)
            ++m_current;
    }
    return written;
}

Answer success(const QJsonObject &object)
{
    Answer answer;
    answer.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return answer;
}

Answer refusal(int status, const QString &message, const QString &param, const QString &code)
{
    const auto orNull = [](const QString &text) {
        return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
    };
    const QJsonObject error{
        {u"message"_s, message},
        {u"type"_s, status >= 500 ? u"server_error"_s : u"invalid_request_error"_s},
        {u"param"_s, orNull(param)},
        {u"code"_s, orNull(code)},
    };
    Answer answer = success(QJsonObject{{u"error"_s, error}});
    answer.status = status;
    return answer;
}

} // namespace longshore::sandbox
