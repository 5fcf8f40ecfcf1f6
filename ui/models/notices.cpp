#include "ui/models/notices.h"

#include "api/showntext.h"
#include "api/translated.h"
#include "ui/models/errorwords.h"

#include <utility>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// More names than this say no more than their number.
constexpr qsizetype kNamesTold = 4;

QString titleOf(Notice::Kind kind, const QStringList &names)
{
    const auto count = static_cast<int>(names.size());
    const QString &name = names.constFirst();
    switch (kind) {
    case Notice::Kind::Completed:
        return count == 1 ? tr("%1 is uploaded").arg(name)
                          : tr("%n upload(s) completed", nullptr, count);
    case Notice::Kind::Ready:
        return count == 1 ? tr("%1 is ready to complete").arg(name)
                          : tr("%n upload(s) ready to complete", nullptr, count);
    case Notice::Kind::Undecided:
        return count == 1 ? tr("%1 needs your decision").arg(name)
                          : tr("%n upload(s) need your decision", nullptr, count);
    case Notice::Kind::Failed:
        return count == 1 ? tr("%1 was not uploaded").arg(name)
                          : tr("%n upload(s) failed", nullptr, count);
    }
    Q_UNREACHABLE();
}

} // namespace

QString Notice::name() const
{
    switch (kind) {
    case Kind::Completed:
        return u"completed"_s;
    case Kind::Ready:
        return u"ready"_s;
    case Kind::Undecided:
        return u"undecided"_s;
    case Kind::Failed:
        return u"failed"_s;
    }
    Q_UNREACHABLE();
}

void Notices::add(const UploadSnapshot &upload, Notice::Kind kind)
{
    Gathered &gathered = m_gathered[static_cast<int>(kind)];
    gathered.names.append(shownText(upload.filename));
    gathered.keys.append(upload.key);
    switch (kind) {
    case Notice::Kind::Completed:
        gathered.fileIds.append(upload.fileId);
        gathered.detail = shownText(upload.fileId);
        break;
    case Notice::Kind::Ready:
        gathered.detail = tr("Arrange its parts, then complete it.");
        break;
    case Notice::Kind::Undecided:
        gathered.detail = upload.asksToBegin
            ? shownText(upload.forecast)
            : tr("It may have completed. %1").arg(shownText(upload.reason));
        break;
    case Notice::Kind::Failed:
        gathered.detail = errorSentence(upload.error);
        break;
    }
}

QList<Notice> Notices::take()
{
    QList<Notice> notices;
    const auto gathered = std::exchange(m_gathered, {});
    for (const auto kind : {Notice::Kind::Completed, Notice::Kind::Ready, Notice::Kind::Undecided,
                            Notice::Kind::Failed}) {
        const auto found = gathered.constFind(static_cast<int>(kind));
        if (found != gathered.constEnd())
            notices.append(noticeOf(kind, *found));
    }
    return notices;
}

Notice Notices::noticeOf(Notice::Kind kind, const Gathered &gathered)
{
    Notice notice;
    notice.kind = kind;
    notice.title = titleOf(kind, gathered.names);
    notice.keys = gathered.keys;
    notice.fileIds = gathered.fileIds;
    if (gathered.names.size() == 1) {
        notice.body = gathered.detail;
    } else {
        const auto more = static_cast<int>(gathered.names.size() - kNamesTold);
        notice.body =
            gathered.names.first(std::min(gathered.names.size(), kNamesTold)).join(u", "_s);
        if (more > 0)
            notice.body = tr("%1 and %n more", nullptr, more).arg(notice.body);
    }
    return notice;
}

} // namespace longshore
