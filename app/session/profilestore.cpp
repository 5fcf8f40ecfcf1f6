#include "session/profilestore.h"

#include <algorithm>
#include <array>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

const QString kGroup = u"connection"_s;
const QString kService = u"service"_s;
const QString kUrl = u"url"_s;
const QString kApiVersion = u"apiVersion"_s;
const QString kKeyHeader = u"keyHeader"_s;
const QString kOrganization = u"organization"_s;
const QString kProject = u"project"_s;
const QString kCaFile = u"caFile"_s;

const QString kApiKeyHeader = u"api-key"_s;
const QString kBearerHeader = u"bearer"_s;

struct KindName
{
    ServiceKind kind;
    QLatin1StringView name;
};

constexpr std::array kKindNames{
    KindName{ServiceKind::OpenAi, "openai"_L1},
    KindName{ServiceKind::Azure, "azure"_L1},
    KindName{ServiceKind::Compatible, "compatible"_L1},
    KindName{ServiceKind::Sandbox, "sandbox"_L1},
};

std::optional<ServiceKind> kindOf(const QString &name)
{
    const auto *found = std::find_if(kKindNames.begin(), kKindNames.end(),
                                     [&name](const KindName &known) { return known.name == name; });
    if (found == kKindNames.end())
        return {};
    return found->kind;
}

QString nameOf(ServiceKind kind)
{
    const auto *found = std::find_if(kKindNames.begin(), kKindNames.end(),
                                     [kind](const KindName &known) { return known.kind == kind; });
    return found->name;
}

} // namespace

ProfileStore::ProfileStore(const QString &path)
    : m_file(path)
{
}

std::optional<Profile> ProfileStore::load() const
{
    const QVariantMap values = m_file.read(kGroup);
    const auto text = [&values](const QString &name) { return values.value(name).toString(); };
    const std::optional<ServiceKind> kind = kindOf(text(kService));
    if (!kind)
        return {};
    Profile profile;
    profile.kind = *kind;
    profile.url = QUrl(text(kUrl), QUrl::StrictMode);
    profile.apiVersion = text(kApiVersion);
    profile.keyHeader = text(kKeyHeader) == kApiKeyHeader ? KeyHeader::ApiKey : KeyHeader::Bearer;
    profile.organization = text(kOrganization);
    profile.project = text(kProject);
    profile.caFile = text(kCaFile);
    return profile;
}

QString ProfileStore::save(const Profile &profile) const
{
    const bool bearer = profile.keyHeader == KeyHeader::Bearer;
    // A password in the address would be a key in a file; such a profile can't be used anyway.
    const QUrl url = profile.url.adjusted(QUrl::RemoveUserInfo);
    return m_file.write(kGroup,
                        {{kService, nameOf(profile.kind)},
                         {kUrl, url.toString(QUrl::FullyEncoded)},
                         {kApiVersion, profile.apiVersion},
                         {kKeyHeader, bearer ? kBearerHeader : kApiKeyHeader},
                         {kOrganization, profile.organization},
                         {kProject, profile.project},
                         {kCaFile, profile.caFile}});
}

} // namespace longshore
