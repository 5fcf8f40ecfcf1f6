#pragma once

#include "answer.h"
#include "requestrules.h"
#include "serviceclock.h"
#include "store.h"

#include <QStringList>

#include <mutex>
#include <vector>

namespace longshore::sandbox {

/// The completed files. Thread-safe.
class FileTable
{
public:
    FileTable(Store &store, const ServiceClock &clock);

    /// Lists what earlier starts left in the store.
    void load();
    void add(const QJsonObject &object);

    [[nodiscard]] Answer list(const ListRequest &request);
    [[nodiscard]] Answer describe(const QString &fileId);
    [[nodiscard]] Answer content(const QString &fileId);
    [[nodiscard]] Answer remove(const QString &fileId);

    [[nodiscard]] QStringList ids(); ///< oldest first

private:
    using Iterator = std::vector<QJsonObject>::iterator;

    void removeExpired();
    [[nodiscard]] Iterator find(const QString &fileId);

    Store &m_store;
    const ServiceClock &m_clock;
    std::mutex m_mutex;
    std::vector<QJsonObject> m_files; ///< oldest first
};

} // namespace longshore::sandbox
