#include "ui/emptystate.h"

#include "ui/symbolicon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace longshore {

using namespace Qt::StringLiterals;

namespace {

constexpr qreal kHeadingShare = 1.5;

QLabel *centred(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

/// A picture that is drawn anew when the palette or the screen changes.
class Picture final : public QWidget
{
public:
    Picture(const QIcon &icon, int size, QWidget *parent)
        : QWidget(parent)
        , m_icon(icon)
    {
        setFixedSize(size, size);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        m_icon.paint(&painter, rect());
    }

private:
    QIcon m_icon;
};

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
{
    auto *picture =
        new Picture(QIcon(u":/icons/longshore.svg"_s), fontMetrics().height() * 5, this);
    QLabel *heading = centred(tr("Drop files or folders here"), this);
    QFont large = heading->font();
    large.setPointSizeF(large.pointSizeF() * kHeadingShare);
    heading->setFont(large);
    QLabel *explanation =
        centred(tr("Each file becomes an upload of up to 8 GB, sent in parts. "
                   "You can also paste files, or combine several into one upload."),
                this);
    auto *addFiles = new QPushButton(symbolIcon(u"add-files"_s), tr("Add Fil&es…"), this);
    addFiles->setAccessibleName(tr("Add files"));
    auto *addFolder = new QPushButton(symbolIcon(u"add-folder"_s), tr("Add F&older…"), this);
    addFolder->setAccessibleName(tr("Add a folder"));
    connect(addFiles, &QPushButton::clicked, this, &EmptyState::addFilesRequested);
    connect(addFolder, &QPushButton::clicked, this, &EmptyState::addFolderRequested);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(addFiles);
    buttons->addWidget(addFolder);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(picture, 0, Qt::AlignHCenter);
    layout->addSpacing(fontMetrics().height() / 2);
    layout->addWidget(heading);
    layout->addWidget(explanation);
    layout->addSpacing(fontMetrics().height() / 2);
    layout->addLayout(buttons);
    layout->addStretch();
}

} // namespace longshore
