#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonObject>
#include <QString>

#include <memory>
#include <utility>
#include <vector>

namespace longshore::sandbox {

/// A body that is made while it is sent, so that its size costs no memory.
class BodySource
{
public:
    virtual ~BodySource() = default;
    [[nodiscard]] virtual qint64 size() const = 0;
    /// Writes at most `maximum` bytes to `target`; 0 or less when there are no more.
    virtual qint64 read(char *target, qint64 maximum) = 0;
};

/// The content of an open file.
class FileSource final : public BodySource
{
public:
    explicit FileSource(std::unique_ptr<QFile> file);
    [[nodiscard]] qint64 size() const override { return m_size; }
    qint64 read(char *target, qint64 maximum) override;

private:
    const std::unique_ptr<QFile> m_file;
    const qint64 m_size;
};

/// Characters that are each repeated a number of times.
class RunSource final : public BodySource
{
public:
    struct Run
    {
        char character;
        qint64 count;
    };

    explicit RunSource(std::vector<Run> runs);
    [[nodiscard]] qint64 size() const override { return m_size; }
    qint64 read(char *target, qint64 maximum) override;

private:
    std::vector<Run> m_runs;
    std::size_t m_current = 0;
    qint64 m_size = 0;
};

/// What a request is answered with.
struct Answer
{
    int status = 200;
    QByteArray body;
    std::shared_ptr<BodySource> source; ///< in place of `body` if set
    QByteArray contentType = QByteArrayLiteral("application/json");
    std::vector<std::pair<QByteArray, QByteArray>> headers; ///< replace ours of the same name
};

/// 200 with a JSON object.
Answer success(const QJsonObject &object);

/// An error in the service's shape. Empty `param` and `code` become null.
Answer refusal(int status, const QString &message, const QString &param = {},
               const QString &code = {});

} // namespace longshore::sandbox
