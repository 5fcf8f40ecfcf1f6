#include "transfer/fileconfirmation.h"

#include "api/answers.h"
#include "transfer/retire.h"

#include <QCoreApplication>

namespace longshore {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookPatience = 30s;
// "A new file may not be visible for a moment": after 0.5, 1, 2 and 4 s more, which is the bound.
constexpr int kLooks = 5;
constexpr std::chrono::milliseconds kFirstDelay = 500ms;

} // namespace

FileConfirmation::FileConfirmation(const TransferContext &context, const UploadSpec &spec,
                                   FileObject file, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_spec(spec)
    , m_file(std::move(file))
{
    look();
}

FileConfirmation::~FileConfirmation() = default;

void FileConfirmation::look()
{
    m_timer.reset();
    ++m_looks;
    m_pass = m_context.gate.enter();
    m_call =
        std::make_unique<ControlCall>(m_context.api.getFile(m_file.id), m_context, kLookPatience);
    connect(m_call.get(), &ControlCall::finished, this, &FileConfirmation::onAnswer);
}

void FileConfirmation::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    const ApiResult<FileObject> found = parseFile(answer);
    if (m_pass)
        m_pass->report(found.error);
    m_pass.reset();
    if (found.ok()) {
        if (const auto error = whatIsWrong(found.value))
            Q_EMIT wrong(*error);
        else
            Q_EMIT confirmed({});
        return;
    }
    // Complete told of the file, so that it is there; who may not read files, or whose service has
    // no such call, has it all the same.
    const bool mayComeYet = found.error.status == 0 || found.error.status == 404
        || found.error.status == 408 || found.error.status == 429 || found.error.status >= 500;
    if (mayComeYet && m_looks < kLooks) {
        m_timer =
            m_context.clock.startTimer(kFirstDelay * (1 << (m_looks - 1)), [this] { look(); });
        return;
    }
    Q_EMIT confirmed(tr("The service completed the upload, but its file %1 could not be looked at: "
                        "%2")
                         .arg(m_file.id, found.error.message));
}

std::optional<ApiError> FileConfirmation::whatIsWrong(const FileObject &file) const
{
    ApiError error;
    error.status = 200;
    if (file.bytes && *file.bytes != m_spec.bytes()) {
        error.kind = ErrorKind::BadAnswer;
        error.message = tr("The service made the file %1 of %2 bytes, but %3 were sent.")
                            .arg(m_file.id)
                            .arg(*file.bytes)
                            .arg(m_spec.bytes());
        error.advice = tr("Delete that file at the service, then start again.");
        return error;
    }
    if (file.status == QLatin1StringView("error")) {
        error.kind = ErrorKind::Refused;
        error.message = file.statusDetails.isEmpty()
            ? tr("The service made the file %1, but can't use it.").arg(m_file.id)
            : tr("The service made the file %1, but can't use it: %2")
                  .arg(m_file.id, file.statusDetails);
        error.advice = tr("Correct the file, delete the one at the service, then start again.");
        return error;
    }
    return std::nullopt;
}

void FileConfirmation::hurry()
{
    m_looks = kLooks;
    if (m_timer)
        look();
}

} // namespace longshore
