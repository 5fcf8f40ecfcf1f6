#pragma once

#include <QObject>

#include <memory>

namespace longshore {

/// Lets go of a helper that may be in the middle of one of its own signals: it is heard no more,
/// and is deleted from the event loop, or with `owner` at the latest (never after what it works
/// with).
template <typename T> void retire(std::unique_ptr<T> &helper, QObject *owner)
{
    if (!helper)
        return;
    QObject::disconnect(helper.get(), nullptr, owner, nullptr);
    helper->setParent(owner);
    helper.release()->deleteLater();
}

} // namespace longshore
