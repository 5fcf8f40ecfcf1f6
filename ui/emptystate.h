#pragma once

#include <QWidget>

namespace longshore {

/// What the window shows while there is no upload: what can be dropped, and what to press instead.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

Q_SIGNALS:
    void addFilesRequested();
    void addFolderRequested();
};

} // namespace longshore
