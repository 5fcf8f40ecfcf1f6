#include "ui/models/parttext.h"

#include "api/showntext.h"
#include "api/translated.h"
#include "cli/humantext.h"
#include "ui/models/errorwords.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

/// The error of a part without its number, which is said beside it anyway.
QString reasonText(const ApiError &error)
{
    ApiError ofAny = error;
    ofAny.part = -1;
    const QString details = errorDetails(ofAny);
    return details.isEmpty() ? errorSentence(ofAny) : details;
}

QString stateWord(const PartSnapshot &part, qint64 bytes)
{
    switch (part.state) {
    case PartState::Waiting:
        return tr("Waiting");
    case PartState::Sending:
        return part.sent < bytes ? tr("Sending") : tr("Sent, waiting for the answer");
    case PartState::Retrying:
        return tr("Waiting to be sent again");
    case PartState::Confirmed:
        return tr("Confirmed");
    case PartState::Failed:
        return tr("Failed");
    }
    Q_UNREACHABLE();
}

bool isTrouble(PartState state)
{
    return state == PartState::Retrying || state == PartState::Failed;
}

} // namespace

QString byteRangeText(qint64 offset, qint64 bytes)
{
    const QLocale locale;
    if (bytes <= 0)
        return {};
    return tr("%1 – %2", "first and last byte")
        .arg(locale.toString(offset), locale.toString(offset + bytes - 1));
}

QString sourceRangeText(const PlannedPart &part)
{
    const QString range = byteRangeText(part.sourceOffset, part.sourceBytes);
    if (!part.newlineAdded)
        return range;
    return range.isEmpty() ? tr("added newline") : tr("%1 and a newline").arg(range);
}

int partPercent(const PartSnapshot &part, qint64 bytes)
{
    if (part.state == PartState::Confirmed)
        return 100;
    return part.state == PartState::Sending ? percentOf(std::min(part.sent, bytes), bytes) : 0;
}

QString partStateText(const PartSnapshot &part, qint64 bytes)
{
    const QString word = stateWord(part, bytes);
    if (!isTrouble(part.state) || !part.error.isError())
        return word;
    return tr("%1: %2", "state and reason").arg(word, reasonText(part.error));
}

QString partSentence(int part, const UploadPlan &plan, const PartSnapshot &snapshot)
{
    const qint64 bytes = plan.parts.value(part).bytes();
    QStringList facts{tr("Part %1 of %2").arg(part + 1).arg(plan.parts.size()),
                      stateWord(snapshot, bytes).toLower()};
    if (snapshot.state == PartState::Sending)
        facts.append(tr("%1 percent").arg(partPercent(snapshot, bytes)));
    if (isTrouble(snapshot.state) && snapshot.error.isError())
        facts.append(reasonText(snapshot.error));
    facts.append(bytesText(bytes));
    if (plan.sources.size() > 1)
        facts.append(sourceName(plan, plan.parts.value(part).source));
    return facts.join(u", "_s);
}

QString partToolTip(int part, const UploadPlan &plan, const PartSnapshot &snapshot)
{
    const PlannedPart planned = plan.parts.value(part);
    QStringList lines{tr("Part %1 of %2 · %3")
                          .arg(part + 1)
                          .arg(plan.parts.size())
                          .arg(bytesText(planned.bytes()))};
    if (plan.sources.size() > 1)
        lines.append(sourceName(plan, planned.source));
    lines.append(tr("Bytes %1").arg(sourceRangeText(planned)));
    QString state = stateWord(snapshot, planned.bytes());
    if (snapshot.state == PartState::Sending)
        state = tr("%1, %2 %").arg(state).arg(partPercent(snapshot, planned.bytes()));
    if (snapshot.attempt > 1 || isTrouble(snapshot.state))
        state = tr("%1 (attempt %2)").arg(state).arg(snapshot.attempt);
    lines.append(state);
    if (!snapshot.partId.isEmpty())
        lines.append(tr("Part ID: %1").arg(shownText(snapshot.partId)));
    if (snapshot.error.isError() && snapshot.state != PartState::Confirmed) {
        ApiError ofAny = snapshot.error;
        ofAny.part = -1;
        lines << errorSentence(ofAny) << errorDetails(ofAny);
    }
    lines.removeAll(QString());
    return lines.join(u'\n');
}

QString sourceName(const UploadPlan &plan, int source)
{
    return shownText(plan.sources.value(source).path.section(u'/', -1));
}

} // namespace longshore
