#include "filetable.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

Answer noSuchFile(const QString &fileId)
{
    return refusal(404, u"No such File object: %1"_s.arg(fileId.left(64)), u"id"_s);
}

QString idOf(const QJsonObject &file)
{
    return file.value("id"_L1).toString();
}

} // namespace

FileTable::FileTable(Store &store, const ServiceClock &clock)
    : m_store(store)
    , m_clock(clock)
{
}

void FileTable::load()
{
    const std::lock_guard lock(m_mutex);
    m_files = m_store.loadFiles();
}

void FileTable::add(const QJsonObject &object)
{
    const std::lock_guard lock(m_mutex);
    const auto createdAt = [](const QJsonObject &file) {
        return file.value("created_at"_L1).toInteger();
    };
    const auto place = std::upper_bound(
        m_files.begin(), m_files.end(), object,
        [&](const QJsonObject &a, const QJsonObject &b) { return createdAt(a) < createdAt(b); });
    m_files.insert(place, object);
}

Answer FileTable::list(const ListRequest &request)
{
    const std::lock_guard lock(m_mutex);
    removeExpired();
    std::vector<const QJsonObject *> files;
    for (const QJsonObject &file : m_files) {
        if (request.purpose.isEmpty() || file.value("purpose"_L1).toString() == request.purpose)
            files.push_back(&file);
    }
    if (!request.ascending)
        std::reverse(files.begin(), files.end());
    auto first = files.begin();
    if (!request.after.isEmpty()) {
        first = std::find_if(files.begin(), files.end(),
                             [&](const QJsonObject *file) { return idOf(*file) == request.after; });
        if (first == files.end())
            return refusal(400, u"'after' is not the id of a listed file."_s, u"after"_s);
        ++first;
    }
    QJsonArray data;
    for (; first != files.end() && data.size() < request.limit; ++first)
        data.append(**first);
    const auto idOrNull = [](const QJsonValue &file) { return file.toObject().value("id"_L1); };
    return success({{u"object"_s, u"list"_s},
                    {u"data"_s, data},
                    {u"first_id"_s, data.isEmpty() ? QJsonValue() : idOrNull(data.first())},
                    {u"last_id"_s, data.isEmpty() ? QJsonValue() : idOrNull(data.last())},
                    {u"has_more"_s, first != files.end()}});
}

Answer FileTable::describe(const QString &fileId)
{
    const std::lock_guard lock(m_mutex);
    removeExpired();
    const Iterator file = find(fileId);
    return file == m_files.end() ? noSuchFile(fileId) : success(*file);
}

Answer FileTable::content(const QString &fileId)
{
    const std::lock_guard lock(m_mutex);
    removeExpired();
    if (find(fileId) == m_files.end())
        return noSuchFile(fileId);
    std::unique_ptr<QFile> file = m_store.openFile(fileId);
    if (!file)
        return refusal(500, u"The content of the file cannot be read."_s);
    Answer answer;
    answer.contentType = QByteArrayLiteral("application/octet-stream");
    answer.source = std::make_shared<FileSource>(std::move(file));
    return answer;
}

Answer FileTable::remove(const QString &fileId)
{
    const std::lock_guard lock(m_mutex);
    removeExpired();
    const Iterator file = find(fileId);
    if (file == m_files.end())
        return noSuchFile(fileId);
    m_files.erase(file);
    m_store.removeFile(fileId);
    return success({{u"object"_s, u"file"_s}, {u"deleted"_s, true}, {u"id"_s, fileId}});
}

QStringList FileTable::ids()
{
    const std::lock_guard lock(m_mutex);
    removeExpired();
    QStringList ids;
    for (const QJsonObject &file : m_files)
        ids.append(idOf(file));
    return ids;
}

void FileTable::removeExpired()
{
    const qint64 now = unixSeconds(m_clock.now());
    const auto isExpired = [&](const QJsonObject &file) {
        const QJsonValue expiry = file.value("expires_at"_L1);
        return expiry.isDouble() && expiry.toInteger() <= now;
    };
    std::erase_if(m_files, [&](const QJsonObject &file) {
        if (!isExpired(file))
            return false;
        m_store.removeFile(idOf(file));
        return true;
    });
}

FileTable::Iterator FileTable::find(const QString &fileId)
{
    return std::find_if(m_files.begin(), m_files.end(),
                        [&](const QJsonObject &file) { return idOf(file) == fileId; });
}

} // namespace longshore::sandbox
