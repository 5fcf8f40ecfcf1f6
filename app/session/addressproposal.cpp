#include "session/addressproposal.h"

#include <QRegularExpression>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString pathWithoutSlash(const QUrl &url)
{
    QString path = url.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

/// Cuts off the call that an address goes on to behind its base. False if there is none.
bool cutCall(QString &path)
{
    static const QRegularExpression call(u"/(files|uploads)(/.*)?$"_s);
    const qsizetype start = path.indexOf(call);
    if (start < 0)
        return false;
    path.truncate(start);
    return true;
}

QUrl withPath(const QUrl &url, const QString &path)
{
    QUrl changed = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
    changed.setPath(path, QUrl::TolerantMode);
    return changed;
}

/// The proposal, if the profile could be used with it and it is another one.
QUrl usable(const Profile &profile, const QUrl &proposal)
{
    Profile changed = profile;
    changed.url = proposal;
    const bool same = endpointOf(changed, {}).baseUrl == endpointOf(profile, {}).baseUrl;
    return same || !changed.problem().isEmpty() ? QUrl() : proposal;
}

} // namespace

QUrl addressAfterRedirect(const Profile &profile, const QUrl &target)
{
    if (profile.kind != ServiceKind::Azure && profile.kind != ServiceKind::Compatible)
        return {};
    QString path = pathWithoutSlash(target);
    if (!cutCall(path))
        return {};
    return usable(profile, withPath(target, path));
}

QUrl addressAfterNotFound(const Profile &profile)
{
    if (profile.kind != ServiceKind::Compatible)
        return {};
    QString path = pathWithoutSlash(profile.url);
    if (!cutCall(path)) {
        if (path.contains("/v1"_L1))
            return {};
        path += "/v1"_L1;
    }
    return usable(profile, withPath(profile.url, path));
}

} // namespace longshore
