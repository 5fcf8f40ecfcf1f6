#include "session/connectiondraft.h"

#include <QCoreApplication>

namespace longshore {

using namespace Qt::StringLiterals;

QString ConnectionDraft::problem() const
{
    if (QString text = profile.problem(); !text.isEmpty())
        return text;
    if (profile.kind == ServiceKind::Sandbox)
        return {};
    if (!key.isEmpty())
        return endpointOf(profile, key).problem();
    if (keyStored && !forgetKey)
        return {};
    return QCoreApplication::translate("longshore", "Enter the API key.");
}

QString ConnectionDraft::acceptProblem() const
{
    return key.isEmpty() && forgetKey ? profile.problem() : problem();
}

} // namespace longshore
