#include "transfer/filelookup.h"

#include "api/answers.h"
#include "transfer/retire.h"

namespace longshore {

namespace {

using namespace std::chrono_literals;

constexpr auto kListPatience = 60s;
// Newest first: ours is among the first few unless hundreds were made since.
constexpr int kMostPages = 20;

} // namespace

FileLookup::FileLookup(const TransferContext &context, const UploadSpec &spec, qint64 createdAt,
                       QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_createdAt(createdAt)
{
    readPage({});
}

FileLookup::~FileLookup() = default;

void FileLookup::readPage(const QString &after)
{
    ++m_pages;
    retire(m_call, this);
    m_call = std::make_unique<ControlCall>(m_context.api.listFiles(m_spec.purpose, after),
                                           m_context, kListPatience);
    connect(m_call.get(), &ControlCall::finished, this, &FileLookup::onPage);
}

void FileLookup::onPage(const ApiAnswer &answer)
{
    const ApiResult<FilePage> page = parseFilePage(answer);
    if (!page.ok()) {
        m_outcome.error = page.error;
        Q_EMIT finished(m_outcome);
        return;
    }
    bool reachedOlder = false;
    for (const FileObject &file : page.value.files) {
        if (file.createdAt && *file.createdAt < m_createdAt) {
            reachedOlder = true;
            continue;
        }
        if (file.filename != m_spec.filename || file.bytes.value_or(-1) != m_spec.bytes())
            continue;
        m_outcome.ambiguous = m_outcome.file.has_value();
        if (m_outcome.ambiguous)
            break;
        m_outcome.file = file;
    }
    const bool more = page.value.hasMore && !page.value.files.isEmpty() && !reachedOlder
        && !m_outcome.ambiguous && m_pages < kMostPages;
    if (more) {
        readPage(page.value.files.last().id);
        return;
    }
    if (m_outcome.ambiguous)
        m_outcome.file.reset();
    Q_EMIT finished(m_outcome);
}

} // namespace longshore
