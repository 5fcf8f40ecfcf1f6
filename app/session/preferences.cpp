#include "session/preferences.h"

#include "session/settingsfile.h"

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

const QString kGroup = u"preferences"_s;
const QString kLanes = u"lanes"_s;
const QString kRateLimit = u"rateLimit"_s;
const QString kLeaveShareFree = u"leaveShareFree"_s;
const QString kKeepAwake = u"keepAwake"_s;
const QString kAskBeforeAdding = u"askBeforeAdding"_s;
const QString kHoldByDefault = u"holdByDefault"_s;
const QString kHoldEnd = u"holdEnd"_s;
const QString kCloseAction = u"closeAction"_s;
const QString kNotifications = u"notifications"_s;

const QString kLetExpire = u"let-expire"_s;
const QString kCompleteBefore = u"complete-before"_s;
const QString kAsk = u"ask"_s;
const QString kTray = u"tray"_s;
const QString kQuit = u"quit"_s;

qint64 numberIn(const QVariant &value, qint64 smallest, qint64 largest, qint64 otherwise)
{
    bool ok = false;
    const qint64 number = value.toString().toLongLong(&ok);
    return ok ? std::clamp(number, smallest, largest) : otherwise;
}

bool flagIn(const QVariant &value, bool otherwise)
{
    const QString text = value.toString();
    if (text == "true"_L1)
        return true;
    return text == "false"_L1 ? false : otherwise;
}

qint64 rateLimitIn(const QVariant &value)
{
    const qint64 limit = numberIn(value, 0, Preferences::kLargestRateLimit, 0);
    return limit == 0 ? 0 : std::max(limit, Preferences::kSmallestRateLimit);
}

CloseAction closeActionOf(const QString &name)
{
    if (name == kTray)
        return CloseAction::KeepInTray;
    return name == kQuit ? CloseAction::Quit : CloseAction::Ask;
}

QString nameOf(CloseAction action)
{
    switch (action) {
    case CloseAction::Ask:
        return kAsk;
    case CloseAction::KeepInTray:
        return kTray;
    case CloseAction::Quit:
        return kQuit;
    }
    Q_UNREACHABLE();
}

} // namespace

Preferences loadPreferences(const QString &path)
{
    const QVariantMap values = SettingsFile(path).read(kGroup);
    Preferences preferences;
    preferences.lanes = static_cast<int>(
        numberIn(values.value(kLanes), 0, Preferences::kMostLanes, preferences.lanes));
    preferences.rateLimit = rateLimitIn(values.value(kRateLimit));
    preferences.leavesShareFree =
        flagIn(values.value(kLeaveShareFree), preferences.leavesShareFree);
    preferences.keepAwake = flagIn(values.value(kKeepAwake), preferences.keepAwake);
    preferences.askBeforeAdding =
        flagIn(values.value(kAskBeforeAdding), preferences.askBeforeAdding);
    preferences.holdByDefault = flagIn(values.value(kHoldByDefault), preferences.holdByDefault);
    if (values.value(kHoldEnd).toString() == kCompleteBefore)
        preferences.holdEnd = HoldEnd::CompleteBefore;
    preferences.closeAction = closeActionOf(values.value(kCloseAction).toString());
    preferences.notifications = flagIn(values.value(kNotifications), preferences.notifications);
    return preferences;
}

QString savePreferences(const QString &path, const Preferences &preferences)
{
    const bool letExpire = preferences.holdEnd == HoldEnd::LetExpire;
    return SettingsFile(path).write(kGroup,
                                    {{kLanes, preferences.lanes},
                                     {kRateLimit, preferences.rateLimit},
                                     {kLeaveShareFree, preferences.leavesShareFree},
                                     {kKeepAwake, preferences.keepAwake},
                                     {kAskBeforeAdding, preferences.askBeforeAdding},
                                     {kHoldByDefault, preferences.holdByDefault},
                                     {kHoldEnd, letExpire ? kLetExpire : kCompleteBefore},
                                     {kCloseAction, nameOf(preferences.closeAction)},
                                     {kNotifications, preferences.notifications}});
}

} // namespace longshore
