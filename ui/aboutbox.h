#pragma once

class QWidget;

namespace longshore {

void showAbout(QWidget *parent);

} // namespace longshore
