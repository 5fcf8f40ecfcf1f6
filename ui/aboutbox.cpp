#include "ui/aboutbox.h"

#include <QCoreApplication>
#include <QIcon>
#include <QMessageBox>
#include <QWidget>

namespace longshore {

using namespace Qt::StringLiterals;

void showAbout(QWidget *parent)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(QMessageBox::tr("About Longshore"));
    box->setIconPixmap(
        QIcon(u":/icons/longshore.svg"_s).pixmap(parent->fontMetrics().height() * 4));
    box->setText(QMessageBox::tr("Longshore %1").arg(QCoreApplication::applicationVersion()));
    box->setInformativeText(QMessageBox::tr(
        "Uploads large files to the OpenAI Uploads API and compatible services: in parts, several "
        "at once, and from where it stood after an interruption."));
    box->open();
}

} // namespace longshore
