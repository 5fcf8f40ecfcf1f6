#include "ui/details/logtab.h"

#include "cli/humantext.h"

#include <QScrollBar>
#include <QStringList>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

QString textOf(const LogLine &line)
{
    return clockText(line.unixMs) + u"  "_s + line.text;
}

} // namespace

LogTab::LogTab(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setMaximumBlockCount(static_cast<int>(UploadLogs::kMaxLines));
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Log"));
    setPlaceholderText(tr("Nothing happened yet."));
}

void LogTab::showLines(const QList<LogLine> &lines)
{
    QStringList texts;
    for (const LogLine &line : lines)
        texts.append(textOf(line));
    setPlainText(texts.join(u'\n'));
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogTab::append(const LogLine &line)
{
    appendPlainText(textOf(line));
}

} // namespace longshore
