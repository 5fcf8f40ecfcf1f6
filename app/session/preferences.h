#pragma once

#include "transfer/linepace.h"
#include "transfer/uploadspec.h"

#include <QString>

namespace longshore {

/// What closing the window does.
enum class CloseAction { Ask, KeepInTray, Quit };

/// How the user likes the program to work. A value.
struct Preferences
{
    static constexpr int kMostLanes = LinePace::kMostLanes;
    static constexpr qint64 kSmallestRateLimit = 1'000; ///< bytes/s; less is a slip
    static constexpr qint64 kLargestRateLimit = 10'000'000'000; ///< bytes/s

    int lanes = 0; ///< parts under way at once, 1 to kMostLanes; 0: as many as the line wants
    qint64 rateLimit = 0; ///< bytes/s, 0: none
    bool leavesShareFree = false; ///< a fifth of the line, for others
    bool keepAwake = true; ///< no sleep of an idle computer while uploads are under way
    bool askBeforeAdding = true; ///< show purpose and combining before files are queued
    bool holdByDefault = false; ///< stop new uploads at ready
    HoldEnd holdEnd = HoldEnd::LetExpire; ///< of uploads held by default
    CloseAction closeAction = CloseAction::Ask;
    bool notifications = true;

    /// At most so much of the line is used.
    int linePercent() const { return leavesShareFree ? 80 : 100; }

    bool operator==(const Preferences &) const = default;
};

/// From a group of the settings file at `path`; what is missing or makes no sense is the default.
/// Blocks while it reads.
Preferences loadPreferences(const QString &path);
/// A sentence if they can't be saved. Blocks while it writes.
QString savePreferences(const QString &path, const Preferences &preferences);

} // namespace longshore
