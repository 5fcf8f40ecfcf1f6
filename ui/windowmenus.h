#pragma once

class QAction;

namespace longshore {

class DetailsPanel;
class MainWindow;
class QueueActions;

/// Makes the menu bar and the toolbar of a window; what is left to be connected is handed out. The
/// window owns all of it.
class WindowMenus final
{
public:
    WindowMenus(MainWindow &window, QueueActions &actions, DetailsPanel &details);

    QAction *addFiles = nullptr;
    QAction *addFolder = nullptr;
    QAction *paste = nullptr;
    QAction *connection = nullptr;
    QAction *preferences = nullptr;
    QAction *quit = nullptr;

private:
    void makeActions(MainWindow &window);
    void makeMenus(MainWindow &window, QueueActions &actions, DetailsPanel &details);
    void makeToolBar(MainWindow &window, QueueActions &actions);
};

} // namespace longshore
