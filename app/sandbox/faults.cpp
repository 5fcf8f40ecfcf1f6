#include "faults.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <limits>

using namespace Qt::StringLiterals;

namespace longshore::sandbox {

namespace {

/// Of delays, a day: a longer one is a mistake.
constexpr qint64 LongestDelay = 24LL * 3600 * 1000; // ms
constexpr qint64 Unlimited = std::numeric_limits<qint64>::max();

struct ActionName
{
    QLatin1StringView name;
    FaultAction action;
    QLatin1StringView required; ///< the field without which the action makes no sense
    std::array<QLatin1StringView, 3> optional;
};

constexpr std::array Actions{
    ActionName{"status"_L1, FaultAction::Status, "status"_L1, {"headers"_L1, "body"_L1}},
    ActionName{"reset"_L1, FaultAction::Reset, {}, {}},
    ActionName{"reset_mid"_L1, FaultAction::ResetMid, {}, {"after_bytes"_L1}},
    ActionName{"stall"_L1, FaultAction::Stall, {}, {"when"_L1}},
    ActionName{"lost"_L1, FaultAction::Lost, {}, {}},
    ActionName{"delay"_L1, FaultAction::Delay, "ms"_L1, {}},
    ActionName{"slow"_L1, FaultAction::Slow, "rate"_L1, {}},
    ActionName{"body"_L1, FaultAction::Body, "body"_L1, {}},
    ActionName{"huge"_L1, FaultAction::Huge, "bytes"_L1, {}},
    ActionName{"deep"_L1, FaultAction::Deep, "levels"_L1, {}},
    ActionName{"redirect"_L1, FaultAction::Redirect, "to"_L1, {"status"_L1}},
    ActionName{"truncate"_L1, FaultAction::Truncate, {}, {"after_bytes"_L1}},
    ActionName{"wrong_id"_L1, FaultAction::WrongId, {}, {}},
    ActionName{"repeat_id"_L1, FaultAction::RepeatId, {}, {}},
};

/// Reads one rule. The first thing that is wrong stays in error().
class RuleReader
{
public:
    explicit RuleReader(const QJsonObject &object)
        : m_object(object)
    {
    }

    FaultRule read()
    {
        readCall();
        readSelection();
        if (const ActionName *action = readAction())
            readFields(*action);
        return m_rule;
    }

    [[nodiscard]] const QString &error() const { return m_error; }

private:
    void fail(const QString &error)
    {
        if (m_error.isEmpty())
            m_error = error;
    }

    bool has(QLatin1StringView field) const { return m_object.contains(field); }

    qint64 integer(const QJsonValue &value, QLatin1StringView field, qint64 least, qint64 most)
    {
        const qint64 number = value.toInteger(least - 1);
        if (!value.isDouble() || number < least || number > most) {
            fail(
                most == Unlimited
                    ? u"\"%1\" must be an integer of at least %2"_s.arg(field).arg(least)
                    : u"\"%1\" must be an integer from %2 to %3"_s.arg(field).arg(least).arg(most));
            return least;
        }
        return number;
    }

    qint64 integer(QLatin1StringView field, qint64 least, qint64 most)
    {
        return integer(m_object.value(field), field, least, most);
    }

    void readCall()
    {
        constexpr std::array<std::pair<QLatin1StringView, Call>, CallCount> Calls{{
            {"create"_L1, Call::Create},
            {"part"_L1, Call::Part},
            {"complete"_L1, Call::Complete},
            {"cancel"_L1, Call::Cancel},
            {"files"_L1, Call::Files},
        }};
        const QString name = m_object.value("call"_L1).toString();
        for (const auto &[known, call] : Calls) {
            if (known == name) {
                m_rule.call = call;
                return;
            }
        }
        fail(has("call"_L1) ? u"unknown call \"%1\""_s.arg(name) : u"\"call\" is missing"_s);
    }

    void readSelection()
    {
        if (int(has("nth"_L1)) + int(has("every"_L1)) + int(has("chance"_L1)) > 1)
            fail(u"only one of \"nth\", \"every\" and \"chance\" can be given"_s);
        if (has("nth"_L1)) {
            const QJsonValue nth = m_object.value("nth"_L1);
            const QJsonArray numbers = nth.isArray() ? nth.toArray() : QJsonArray{nth};
            if (numbers.isEmpty())
                fail(u"\"nth\" is empty"_s);
            for (const QJsonValue number : numbers)
                m_rule.nth.push_back(integer(number, "nth"_L1, 1, Unlimited));
        }
        if (has("every"_L1))
            m_rule.every = integer("every"_L1, 1, Unlimited);
        if (has("chance"_L1)) {
            const QJsonValue chance = m_object.value("chance"_L1);
            m_rule.chance = chance.toDouble(-1);
            if (!(*m_rule.chance >= 0 && *m_rule.chance <= 1))
                fail(u"\"chance\" must be a number from 0 to 1"_s);
        }
    }

    const ActionName *readAction()
    {
        const QString name = m_object.value("action"_L1).toString();
        const auto action =
            std::find_if(Actions.begin(), Actions.end(),
                         [&](const ActionName &known) { return known.name == name; });
        if (action == Actions.end()) {
            fail(has("action"_L1) ? u"unknown action \"%1\""_s.arg(name)
                                  : u"\"action\" is missing"_s);
            return nullptr;
        }
        m_rule.action = action->action;
        if (m_rule.action == FaultAction::RepeatId && m_rule.call != Call::Part)
            fail(u"\"repeat_id\" is for the call \"part\" only"_s);
        for (auto it = m_object.begin(); it != m_object.end(); ++it) {
            const QString field = it.key();
            constexpr std::array Common{"call"_L1, "nth"_L1, "every"_L1, "chance"_L1, "action"_L1};
            const auto is = [&](QLatin1StringView known) {
                return !known.isEmpty() && known == field;
            };
            if (std::none_of(Common.begin(), Common.end(), is) && !is(action->required)
                && std::none_of(action->optional.begin(), action->optional.end(), is))
                fail(u"unknown field \"%1\" for the action \"%2\""_s.arg(field, name));
        }
        if (!action->required.isEmpty() && !has(action->required))
            fail(u"\"%1\" is missing"_s.arg(action->required));
        return &*action;
    }

    void readFields(const ActionName &action)
    {
        if (action.action == FaultAction::Redirect)
            m_rule.status = has("status"_L1) ? int(integer("status"_L1, 300, 399)) : 307;
        else if (has("status"_L1))
            m_rule.status = int(integer("status"_L1, 200, 599));
        if (has("headers"_L1))
            readHeaders();
        if (has("body"_L1))
            readBody();
        if (has("when"_L1))
            readStallPoint();
        if (has("after_bytes"_L1))
            m_rule.afterBytes = integer("after_bytes"_L1, 0, Unlimited);
        if (has("ms"_L1))
            m_rule.delay = std::chrono::milliseconds(integer("ms"_L1, 0, LongestDelay));
        if (has("rate"_L1))
            m_rule.rate = integer("rate"_L1, 1, Unlimited);
        if (has("bytes"_L1))
            m_rule.bytes = integer("bytes"_L1, 0, Unlimited / 2);
        if (has("levels"_L1))
            m_rule.levels = integer("levels"_L1, 1, Unlimited / 2);
        if (has("to"_L1)) {
            m_rule.location = m_object.value("to"_L1).toString().toUtf8();
            if (m_rule.location.isEmpty() || !isHeaderValue(m_rule.location))
                fail(u"\"to\" must be a URL"_s);
        }
    }

    static bool isHeaderValue(const QByteArray &value)
    {
        return std::none_of(value.begin(), value.end(),
                            [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; });
    }

    static bool isHeaderName(const QByteArray &name)
    {
        return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
        });
    }

    void readHeaders()
    {
        const QJsonValue value = m_object.value("headers"_L1);
        if (!value.isObject())
            fail(u"\"headers\" must be an object"_s);
        const QJsonObject headers = value.toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it) {
            const QByteArray name = it.key().toUtf8();
            const QByteArray content = it.value().toVariant().toString().toUtf8();
            if (!isHeaderName(name) || !isHeaderValue(content)
                || !(it.value().isString() || it.value().isDouble()))
                fail(u"\"%1\" is not a header with a string or a number"_s.arg(it.key()));
            // What frames the answer is not for a rule to say: that is what "truncate" is for.
            if (name.compare("content-length", Qt::CaseInsensitive) == 0
                || name.compare("transfer-encoding", Qt::CaseInsensitive) == 0)
                fail(u"the header \"%1\" cannot be set"_s.arg(it.key()));
            m_rule.headers.emplace_back(name, content);
        }
    }

    void readBody()
    {
        const QJsonValue value = m_object.value("body"_L1);
        if (value.isString())
            m_rule.body = value.toString().toUtf8();
        else if (value.isObject())
            m_rule.body = QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
        else if (value.isArray())
            m_rule.body = QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
        else
            fail(u"\"body\" must be a string, an object or an array"_s);
    }

    void readStallPoint()
    {
        const QString when = m_object.value("when"_L1).toString();
        if (when == "headers"_L1)
            m_rule.stallPoint = StallPoint::Headers;
        else if (when == "body"_L1)
            m_rule.stallPoint = StallPoint::Body;
        else if (when != "answer"_L1)
            fail(u"\"when\" must be \"headers\", \"body\" or \"answer\""_s);
    }

    const QJsonObject m_object;
    FaultRule m_rule;
    QString m_error;
};

QString readPlan(const QByteArray &json, FaultPlan &plan)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError)
        return u"The faults are not valid JSON: %1 at offset %2."_s.arg(parseError.errorString())
            .arg(parseError.offset);
    const QJsonObject object = document.object();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.key() != "seed"_L1 && it.key() != "rules"_L1)
            return u"The faults have an unknown field \"%1\"."_s.arg(it.key());
    }
    if (object.contains("seed"_L1)) {
        const QJsonValue seed = object.value("seed"_L1);
        if (!seed.isDouble() || seed.toInteger(-1) < 0)
            return u"The faults' \"seed\" must be an integer of at least 0."_s;
        plan.seed = static_cast<quint64>(seed.toInteger());
    }
    if (!object.value("rules"_L1).isArray())
        return u"The faults must be an object with an array of \"rules\"."_s;
    const QJsonArray rules = object.value("rules"_L1).toArray();
    for (qsizetype i = 0; i < rules.size(); ++i) {
        if (!rules.at(i).isObject())
            return u"Rule %1 of the faults is not an object."_s.arg(i + 1);
        RuleReader reader(rules.at(i).toObject());
        plan.rules.push_back(reader.read());
        if (!reader.error().isEmpty())
            return u"Rule %1 of the faults: %2."_s.arg(i + 1).arg(reader.error());
    }
    return {};
}

} // namespace

FaultPlan parseFaults(const QByteArray &json, QString *error)
{
    FaultPlan plan;
    *error = readPlan(json, plan);
    return error->isEmpty() ? plan : FaultPlan();
}

} // namespace longshore::sandbox
