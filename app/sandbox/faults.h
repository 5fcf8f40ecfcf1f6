#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace longshore::sandbox {

/// The calls that are counted and that faults apply to. Files is every request below /files.
enum class Call { Create, Part, Complete, Cancel, Files };

inline constexpr std::size_t CallCount = 5;

enum class FaultAction {
    Status, ///< read the request, do nothing, answer with `status`, `headers` and `body`
    Reset, ///< RST before the body is read
    ResetMid, ///< RST once `afterBytes` of the body have been read
    Stall, ///< go silent at `stallPoint` until the client leaves; at the answer the work is done
    Lost, ///< do the work, then close the connection without an answer
    Delay, ///< wait for `delay` before the body is read, then as usual
    Slow, ///< read the body at `rate` bytes/s, then as usual
    Body, ///< read the request, do nothing, answer 200 with `body`
    Huge, ///< read the request, do nothing, answer 200 with a JSON string of `bytes` bytes
    Deep, ///< read the request, do nothing, answer 200 with `levels` nested arrays
    Redirect, ///< read the request, do nothing, answer 307 with `location`
    Truncate, ///< do the work, close the connection after `afterBytes` of the answer's body
    WrongId, ///< do the work, answer with the id (and upload_id) of something else
    RepeatId, ///< do the work, answer with the id of the same upload's part before
};

enum class StallPoint { Headers, Body, Answer };

/// One rule. At most one of `nth`, `every` and `chance` is set; none of them means every request.
struct FaultRule
{
    Call call = Call::Create;
    std::vector<qint64> nth; ///< numbers of the requests of this call, from 1
    std::optional<qint64> every; ///< each request whose number is a multiple
    std::optional<double> chance; ///< 0..1, from the plan's seed

    FaultAction action = FaultAction::Status;
    int status = 500;
    std::vector<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    qint64 afterBytes = 0;
    StallPoint stallPoint = StallPoint::Answer;
    std::chrono::milliseconds delay{0};
    qint64 rate = 0; ///< bytes/s
    qint64 bytes = 0;
    qint64 levels = 0;
    QByteArray location;
};

/// What goes wrong: for each request the first rule that fits is applied.
struct FaultPlan
{
    quint64 seed = 1;
    std::vector<FaultRule> rules;
};

/// Reads `{"seed": 1, "rules": [...]}`. Strict: on an unknown call, action or field, or on a field
/// that the action does not use, `error` names the rule (counted from 1) and the plan is empty.
/// `error` is cleared on success. Thread-safe.
FaultPlan parseFaults(const QByteArray &json, QString *error);

} // namespace longshore::sandbox
