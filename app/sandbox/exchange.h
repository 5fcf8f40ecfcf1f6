#pragma once

#include "answer.h"
#include "faultinjector.h"
#include "filetable.h"
#include "partbody.h"
#include "requestlog.h"
#include "route.h"
#include "uploadtable.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace longshore::sandbox {

/// What all requests share.
struct Services
{
    QByteArray apiKey;
    ServiceClock &clock;
    UploadTable &uploads;
    FileTable &files;
    RequestLog &log;
    FaultInjector &faults;
};

/// The head of a request as far as it matters here.
struct RequestHead
{
    QByteArray method;
    QByteArray target;
    QByteArray contentType;
    QByteArray authorization;
    QByteArray apiKey; ///< of the header with this name, as Azure's clients send it
    std::optional<qint64> contentLength; ///< none if chunked
};

/// One request from its head to its answer: what the service does about it, and what the answer
/// says. What happens to the connection is for the connection. One thread at a time.
class Exchange
{
public:
    /// Counts the request.
    Exchange(const Services &services, const RequestHead &head);
    ~Exchange();
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;

    /// The fault for this request, or null.
    [[nodiscard]] const FaultRule *fault() const { return m_fault.get(); }

    /// To be called before the body is read: a refusal that needs no body.
    std::optional<Answer> begin();
    /// Some of the body: a refusal that needs no more of it.
    std::optional<Answer> takeBody(std::string_view bytes);
    [[nodiscard]] qint64 bodyBytes() const { return m_bodyBytes; }
    /// Whether finish() may take seconds.
    [[nodiscard]] bool takesLong() const;
    /// The whole body is there: does what was asked for.
    Answer finish();

    /// To be called just before the answer is sent: counts what the client is about to learn.
    void answerBegins(const Answer &answer);
    /// There will be no answer, or it is being sent.
    void leave();

private:
    [[nodiscard]] bool isFaked() const;
    [[nodiscard]] std::optional<Answer> checkAccess() const;
    std::optional<Answer> beginPart();
    Answer finishPart();
    Answer fakedAnswer() const;
    Answer perform();
    [[nodiscard]] Answer withOtherId(Answer answer) const;

    const Services &m_services;
    const RequestHead m_head;
    Route m_route;
    std::shared_ptr<LoggedRequest> m_logged; ///< null if it is not one of the calls
    std::shared_ptr<const FaultRule> m_fault;
    qint64 m_bodyBytes = 0;
    QByteArray m_json;
    std::unique_ptr<IncomingPart> m_part;
    std::unique_ptr<PartBody> m_partBody;
    bool m_isPartStored = false;
    bool m_hasLeft = false;
};

} // namespace longshore::sandbox
