#pragma once

#include "ui/models/uploadlog.h"

#include <QList>
#include <QPlainTextEdit>

namespace longshore {

/// What happened to one upload, the newest at the bottom, where it stays unless the user scrolled
/// away from it.
class LogTab final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit LogTab(QWidget *parent = nullptr);

    void showLines(const QList<LogLine> &lines);
    void append(const LogLine &line);
};

} // namespace longshore
