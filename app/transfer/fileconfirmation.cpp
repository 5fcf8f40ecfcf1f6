#include "transfer/fileconfirmation.h"

#include "api/answers.h"
#include "transfer/retire.h"

#include <QCoreApplication>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// In all: what complete told is enough to go on with.
constexpr std::chrono::milliseconds kBound = 30s;
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
    , m_wait(context)
{
    waitThenLook(0ms);
    m_bound = context.clock.startTimer(kBound, [this] {
        giveUp(m_wait.isBlocked() ? m_context.gate.reason().message : m_lastProblem);
    });
}

FileConfirmation::~FileConfirmation() = default;

void FileConfirmation::waitThenLook(std::chrono::milliseconds delay)
{
    m_wait.start(delay, [this](std::unique_ptr<HostGate::Pass> pass) { look(std::move(pass)); });
}

void FileConfirmation::look(std::unique_ptr<HostGate::Pass> pass)
{
    m_pass = std::move(pass);
    ++m_looks;
    m_call = std::make_unique<ControlCall>(m_context.api.getFile(m_file.id), m_context, kBound);
    connect(m_call.get(), &ControlCall::finished, this, &FileConfirmation::onAnswer);
}

void FileConfirmation::onAnswer(const ApiAnswer &answer)
{
    retire(m_call, this);
    const ApiResult<FileObject> found = parseFile(answer);
    m_pass->report(found.error);
    m_pass.reset();
    if (found.ok() && found.value.id == m_file.id) {
        m_bound.reset();
        if (const auto error = whatIsWrong(found.value))
            Q_EMIT wrong(*error);
        else
            Q_EMIT confirmed({});
        return;
    }
    m_lastProblem =
        found.ok() ? tr("The service answered with another file.") : found.error.message;
    // Complete told of the file, so that it is there; who may not read files, or whose service has
    // no such call, has it all the same.
    const bool mayComeYet = found.error.status == 0 || found.error.status == 404
        || found.error.status == 408 || found.error.status == 429 || found.error.status >= 500;
    if (!found.ok() && mayComeYet && m_looks < kLooks)
        waitThenLook(kFirstDelay * (1 << (m_looks - 1)));
    else
        giveUp(m_lastProblem);
}

void FileConfirmation::giveUp(const QString &reason)
{
    m_bound.reset();
    m_wait.stop();
    m_call.reset();
    if (const auto error = whatIsWrong(m_file)) {
        Q_EMIT wrong(*error);
        return;
    }
    Q_EMIT confirmed(tr("The service completed the upload, but its file %1 could not be looked at: "
                        "%2")
                         .arg(m_file.id, reason));
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
    QMetaObject::invokeMethod(
        this, [this] { giveUp(tr("It was not waited for.")); }, Qt::QueuedConnection);
}

} // namespace longshore
