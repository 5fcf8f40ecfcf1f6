"""A file manager, as a place to drag files from."""

from collections import Counter, namedtuple

from processes import NotYet, wait_until

PLACE = (10, 30, 640, 400)
# What surrounds PCManFM's icons: menu and tool bar, the list of places, the status bar.
ABOVE, LEFT, BELOW = 86, 160, 34
FRAME = 2
# Columns without a pixel between two icons; letters are closer to each other.
GAP = 6

Area = namedtuple("Area", "x y width height")


class FileManager:
    """Shows a folder's icons in one row. No file manager tells screen readers about them, so that
    they are found as a person does: by looking."""

    def __init__(self, desktop, program, folder):
        self._screen = desktop.screen
        self._process = desktop.start(program, folder)
        self._window = self._screen.wait_window(title=folder.name, program=program)
        self._content = self._screen.place(self._window, *PLACE)
        # Not into the line for the address, nor above an icon.
        self._screen.activate(self._window)
        count = len(list(folder.iterdir()))
        self._area, self._icons = wait_until(lambda: self._find_icons(desktop, count),
                                             f"{count} icons in {program}")

    def _find_area(self, desktop):
        if self._process.name == "thunar":
            application = desktop.accessibility.application(self._process.pid)
            x, y, width, height = application.find("directory pane").rectangle
            return Area(x + FRAME, y + FRAME, width - 2 * FRAME, height - 2 * FRAME)
        return Area(self._content.x + LEFT, self._content.y + ABOVE, self._content.width - LEFT,
                    self._content.height - ABOVE - BELOW)

    def _columns(self, area):
        picture = self._screen.pixels(*area)
        return [picture[x::area.width] for x in range(area.width)]

    def _find_icons(self, desktop, count):
        """Where they are, and the first and last column of each."""
        area = self._find_area(desktop)
        columns = self._columns(area)
        blank = Counter(b"".join(columns)).most_common(1)[0][0]
        runs = []
        for x, column in enumerate(columns):
            if column.count(blank) == len(column):
                continue
            if runs and x - runs[-1][1] <= GAP:
                runs[-1][1] = x
            else:
                runs.append([x, x])
        # A line beside the pane is none.
        icons = [run for run in runs if run[1] - run[0] > GAP]
        if len(icons) != count:
            raise NotYet(f"{len(icons)} icons")
        return area, icons

    def select_all(self):
        """Selects all files and gives a point on the first one's icon."""
        self._screen.activate(self._window)
        # The focus may be in the line for the address, where Ctrl+A selects its text.
        self._screen.click(self._area.x + self._area.width // 2,
                           self._area.y + self._area.height - 8)
        before = self._columns(self._area)
        self._screen.key("ctrl+a")

        def selected():
            after = self._columns(self._area)
            middles = [(first + last) // 2 for first, last in self._icons]
            if any(before[x] == after[x] for x in middles):
                raise NotYet("some icons don't look selected")
            x = middles[0]
            rows = [y for y, (old, new) in enumerate(zip(before[x], after[x])) if old != new]
            return self._area.x + x, self._area.y + rows[0] + (rows[-1] - rows[0]) // 3
        return wait_until(selected, "all icons selected")

    def close(self):
        """A second one would be a tab of the first."""
        self._process.stop()
