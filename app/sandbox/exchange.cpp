#include "exchange.h"

#include "headerparameters.h"
#include "identifiers.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

constexpr qint64 MaximumJsonBytes = 1024 * 1024;
/// complete lists part ids of 40 bytes: with small parts there are many.
constexpr qint64 MaximumCompleteBytes = 8 * 1024 * 1024;
/// Of a part's request, beyond its content: boundaries and the field's headers.
constexpr qint64 MaximumFramingBytes = 64 * 1024;
/// Of a body that nobody looks at.
constexpr qint64 MaximumIgnoredBytes = 2 * MaximumPartBytes;

constexpr int IdDigits = 32;

Answer tooLarge()
{
    return refusal(413, u"The body of the request is too large."_s);
}

bool isJson(const QByteArray &contentType)
{
    return parseHeaderValue({contentType.constData(), std::size_t(contentType.size())}).value
        == "application/json";
}

QByteArray bearerToken(const QByteArray &authorization)
{
    constexpr QByteArrayView Scheme("bearer ");
    if (authorization.left(Scheme.size()).compare(Scheme, Qt::CaseInsensitive) != 0)
        return {};
    return authorization.mid(Scheme.size()).trimmed();
}

} // namespace

Exchange::Exchange(const Services &services, const RequestHead &head)
    : m_services(services)
    , m_head(head)
    , m_route(route(head.method, head.target))
{
    if (!m_route.call)
        return;
    m_logged = services.log.arrived(*m_route.call, head.target);
    m_fault = services.faults.choose(*m_route.call, m_logged->number);
}

Exchange::~Exchange()
{
    leave();
}

std::optional<Answer> Exchange::begin()
{
    if (isFaked())
        return {};
    if (auto refused = checkAccess())
        return refused;
    if (const Answer *unknown = std::get_if<Answer>(&m_route.operation))
        return *unknown;
    switch (std::get<Operation>(m_route.operation)) {
    case Operation::AddPart:
        return beginPart();
    case Operation::CreateUpload:
    case Operation::CompleteUpload:
        if (!isJson(m_head.contentType))
            return refusal(400, u"The Content-Type must be application/json."_s);
        break;
    default:
        break;
    }
    return {};
}

std::optional<Answer> Exchange::takeBody(std::string_view bytes)
{
    m_bodyBytes += static_cast<qint64>(bytes.size());
    if (m_logged)
        m_logged->bodyBytes = m_bodyBytes;
    if (m_partBody) {
        if (m_bodyBytes > MaximumPartBytes + MaximumFramingBytes)
            return tooLarge();
        return m_partBody->feed(bytes);
    }
    if (isFaked())
        return m_bodyBytes > MaximumIgnoredBytes ? std::optional(tooLarge()) : std::nullopt;
    const bool isComplete = m_route.call == Call::Complete;
    if (m_bodyBytes > (isComplete ? MaximumCompleteBytes : MaximumJsonBytes))
        return tooLarge();
    m_json.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
    return {};
}

bool Exchange::takesLong() const
{
    return m_route.call == Call::Complete && !isFaked();
}

Answer Exchange::finish()
{
    if (isFaked())
        return fakedAnswer();
    const Answer answer = perform();
    const bool isChanged = m_fault && answer.status == 200
        && (m_fault->action == FaultAction::WrongId || m_fault->action == FaultAction::RepeatId);
    return isChanged ? withOtherId(answer) : answer;
}

void Exchange::answerBegins(const Answer &answer)
{
    if (m_isPartStored)
        m_services.uploads.confirmPart(*m_part);
    if (m_logged)
        m_logged->status = answer.status;
    leave();
}

void Exchange::leave()
{
    if (m_logged && !m_hasLeft)
        m_services.log.left(*m_logged);
    m_hasLeft = true;
}

/// Whether the answer comes from the fault and nothing is done.
bool Exchange::isFaked() const
{
    if (!m_fault)
        return false;
    switch (m_fault->action) {
    case FaultAction::Status:
    case FaultAction::Body:
    case FaultAction::Huge:
    case FaultAction::Deep:
    case FaultAction::Redirect:
        return true;
    default:
        return false;
    }
}

std::optional<Answer> Exchange::checkAccess() const
{
    const QByteArray key =
        m_head.apiKey.isEmpty() ? bearerToken(m_head.authorization) : m_head.apiKey;
    if (key == m_services.apiKey)
        return {};
    return refusal(
        401, key.isEmpty() ? u"You didn't provide an API key."_s : u"Incorrect API key provided."_s,
        {}, u"invalid_api_key"_s);
}

std::optional<Answer> Exchange::beginPart()
{
    const QByteArray boundary =
        multipartBoundary({m_head.contentType.constData(), std::size_t(m_head.contentType.size())});
    if (boundary.isNull())
        return refusal(400, u"The Content-Type must be multipart/form-data with a boundary."_s,
                       u"data"_s);
    if (m_head.contentLength && *m_head.contentLength > MaximumPartBytes + MaximumFramingBytes)
        return refusal(413, u"Part is too large: at most %1 bytes."_s.arg(MaximumPartBytes),
                       u"data"_s);
    auto begun = m_services.uploads.beginPart(m_route.id);
    if (const Answer *refused = std::get_if<Answer>(&begun))
        return *refused;
    m_part = std::move(std::get<std::unique_ptr<IncomingPart>>(begun));
    m_partBody = std::make_unique<PartBody>(boundary, *m_part);
    return {};
}

Answer Exchange::finishPart()
{
    if (auto refused = m_partBody->finish())
        return *refused;
    const Answer answer = m_services.uploads.finishPart(*m_part);
    m_isPartStored = answer.status == 200;
    return answer;
}

Answer Exchange::fakedAnswer() const
{
    Answer answer;
    switch (m_fault->action) {
    case FaultAction::Huge:
        answer.source =
            std::make_shared<RunSource>(std::vector<RunSource::Run>{{'{', 1},
                                                                    {'"', 1},
                                                                    {'i', 1},
                                                                    {'d', 1},
                                                                    {'"', 1},
                                                                    {':', 1},
                                                                    {'"', 1},
                                                                    {'x', m_fault->bytes},
                                                                    {'"', 1},
                                                                    {'}', 1}});
        break;
    case FaultAction::Deep:
        answer.source = std::make_shared<RunSource>(
            std::vector<RunSource::Run>{{'[', m_fault->levels}, {']', m_fault->levels}});
        break;
    case FaultAction::Redirect:
        answer.status = m_fault->status;
        answer.headers = {{QByteArrayLiteral("Location"), m_fault->location}};
        break;
    case FaultAction::Status:
        answer.status = m_fault->status;
        answer.headers = m_fault->headers;
        answer.body = m_fault->body;
        break;
    default:
        answer.body = m_fault->body;
        break;
    }
    return answer;
}

Answer Exchange::perform()
{
    switch (std::get<Operation>(m_route.operation)) {
    case Operation::CreateUpload: {
        const auto request = readCreateRequest(m_json);
        if (const Answer *refused = std::get_if<Answer>(&request))
            return *refused;
        return m_services.uploads.create(std::get<CreateRequest>(request));
    }
    case Operation::AddPart:
        return finishPart();
    case Operation::CompleteUpload: {
        const auto request = readCompleteRequest(m_json);
        if (const Answer *refused = std::get_if<Answer>(&request))
            return *refused;
        return m_services.uploads.complete(m_route.id, std::get<CompleteRequest>(request));
    }
    case Operation::CancelUpload:
        return m_services.uploads.cancel(m_route.id);
    case Operation::ListFiles: {
        const auto request = readListRequest(m_route.query);
        if (const Answer *refused = std::get_if<Answer>(&request))
            return *refused;
        return m_services.files.list(std::get<ListRequest>(request));
    }
    case Operation::DescribeFile:
        return m_services.files.describe(m_route.id);
    case Operation::DeleteFile:
        return m_services.files.remove(m_route.id);
    case Operation::FileContent:
        break;
    }
    return m_services.files.content(m_route.id);
}

/// An answer to a part names another upload too, so that it can be told from the right one.
Answer Exchange::withOtherId(Answer answer) const
{
    QJsonObject object = QJsonDocument::fromJson(answer.body).object();
    const QString id = object.value("id"_L1).toString();
    if (id.isEmpty())
        return answer;
    if (m_fault->action == FaultAction::RepeatId) {
        if (m_part->previousPartId().isEmpty())
            return answer;
        object.insert(u"id"_s, m_part->previousPartId());
    } else if (id.startsWith("file-"_L1)) {
        object.insert(u"id"_s, randomAlphanumericId("file-"_L1, 22));
    } else {
        const qsizetype prefix = id.indexOf(u'_') + 1;
        object.insert(u"id"_s, id.left(prefix) + randomHexId({}, IdDigits));
        if (object.contains("upload_id"_L1))
            object.insert(u"upload_id"_s, randomHexId("upload_"_L1, IdDigits));
    }
    answer.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return answer;
}

} // namespace longshore::sandbox
