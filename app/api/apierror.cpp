#include "api/apierror.h"

namespace longshore {

using namespace Qt::StringLiterals;

QString errorKindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::None:
        return u"none"_s;
    case ErrorKind::Usage:
        return u"usage"_s;
    case ErrorKind::File:
        return u"file"_s;
    case ErrorKind::FileChanged:
        return u"file-changed"_s;
    case ErrorKind::Network:
        return u"network"_s;
    case ErrorKind::Tls:
        return u"tls"_s;
    case ErrorKind::Auth:
        return u"auth"_s;
    case ErrorKind::Quota:
        return u"quota"_s;
    case ErrorKind::Refused:
        return u"refused"_s;
    case ErrorKind::Expired:
        return u"expired"_s;
    case ErrorKind::BadAnswer:
        return u"bad-answer"_s;
    case ErrorKind::Preflight:
        return u"preflight"_s;
    case ErrorKind::Journal:
        return u"journal"_s;
    }
    Q_UNREACHABLE();
}

} // namespace longshore
