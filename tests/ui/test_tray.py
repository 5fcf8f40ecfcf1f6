"""Life in the tray, and without one; a window is never out of reach."""

import re
import unittest

from desktop import DesktopTest, NotYet, StatusNotifierItem, StatusNotifierTray, wait_until

TRAY_ENTRIES = ["Pause All", "Open Longshore", "Quit"]


class TrayTest(DesktopTest):
    def open(self, *arguments):
        self.data = self.desktop.new_folder("data")
        self.sandbox = self.desktop.sandbox()
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, *arguments,
                                                     env=self.sandbox.env)

    def start_minimized(self):
        return self.desktop.longshore("--minimized", "--data-dir", self.desktop.new_folder("data"),
                                      env=self.desktop.sandbox().env)

    def wait_hidden(self):
        """Withdrawn: neither on the screen nor in a task bar."""
        def gone():
            return all(window.id != self.longshore.window.id for window in self.screen.windows())
        wait_until(gone, "the window in the tray")
        self.assertTrue(self.longshore.program.is_running())

    def wait_shown(self):
        wait_until(lambda: self.screen.is_shown(self.longshore.window), "the window shown again")
        wait_until(lambda: self.screen.active_window() == self.longshore.window.id, "its focus")

    def wait_iconified(self, window):
        def iconified():
            return "HIDDEN" in self.screen.states(window) and not self.screen.is_shown(window)
        wait_until(iconified, "the window iconified")

    def close(self):
        self.screen.close(self.longshore.window)

    def close_asked(self, answer, remember=True):
        self.close()
        self.longshore.dialog("Close the Window")
        if not remember:
            self.longshore.press("Don't ask again", "check box")
        self.longshore.answer("Close the Window", answer)


class TrayerTest(TrayTest):
    """A tray of the old kind, where each icon is a window."""

    desktop_options = {"tray": "trayer"}

    def icon(self, program):
        """Below the tray's window, as wide as it is high."""
        said = self.screen.run("xwininfo", "-root", "-tree")
        below = said[said.index('"trayer"'):] if '"trayer"' in said else ""
        for number in re.findall(r"(0x[0-9a-f]+) \"longshore\"", below):
            try:
                place = self.screen.rectangle(int(number, 16))
            except NotYet:
                continue
            if self.screen.process_of(number) in (0, program.pid) and place.width <= 48:
                return place
        raise NotYet("no icon in the tray")

    def click_icon(self, program, button=1):
        place = wait_until(lambda: self.icon(program), "the icon")
        self.screen.click(place.x + place.width // 2, place.y + place.height // 2, button)

    def test_close_asks_once(self):
        self.open()
        self.close_asked("Cancel")
        self.assertTrue(self.screen.is_shown(self.longshore.window))
        self.close_asked("Keep in the Tray", remember=False)
        self.wait_hidden()
        self.click_icon(self.longshore.program)
        self.wait_shown()
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        self.click_icon(self.longshore.program)
        self.wait_shown()
        # Remembered: no question any more, and minimising means the same.
        self.close()
        self.wait_hidden()
        self.click_icon(self.longshore.program)
        self.wait_shown()
        self.screen.minimise(self.longshore.window)
        self.wait_hidden()
        # By the next program too.
        self.longshore.program.stop()
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, env=self.sandbox.env)
        self.close()
        self.wait_hidden()

    def test_menu(self):
        self.open()
        self.click_icon(self.longshore.program, button=3)
        # Its entries are read where the tray asks for them over the bus.
        wait_until(lambda: self.screen.popup(self.longshore.program.pid), "the icon's menu")
        self.screen.key("q")
        self.assertEqual(self.longshore.program.exit_code(), 0)

    def test_minimized(self):
        program = self.start_minimized()
        self.click_icon(program)
        window = self.screen.wait_window("Longshore", pid=program.pid)
        wait_until(lambda: self.screen.is_shown(window), "the window")

    def test_tray_that_goes(self):
        self.open()
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        self.desktop.program("trayer").stop()
        self.wait_iconified(self.screen.wait_window("Longshore", pid=self.longshore.program.pid))


class StatusNotifierTest(TrayTest):
    """The tray of KDE, and of GNOME with its extension."""

    def setUp(self):
        self.tray = StatusNotifierTray(self.desktop.env["DBUS_SESSION_BUS_ADDRESS"])
        self.addCleanup(self.tray.close)

    def item(self):
        owner = wait_until(lambda: self.tray.owners, "a registered icon")[0]
        return StatusNotifierItem(self.desktop.bus, owner)

    def test_click_restores(self):
        self.open()
        item = self.item()
        self.assertTrue(item.get("IconPixmap"))
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        item.activate()
        self.wait_shown()

    def test_menu(self):
        self.open()
        item = self.item()
        self.assertEqual(list(item.menu()), TRAY_ENTRIES)
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        item.choose("Open Longshore")
        self.wait_shown()
        item.choose("Quit")
        self.assertEqual(self.longshore.program.exit_code(), 0)

    def test_minimized(self):
        program = self.start_minimized()
        self.item().activate()
        window = self.screen.wait_window("Longshore", pid=program.pid)
        wait_until(lambda: self.screen.is_shown(window), "the window")

    def test_tray_that_goes(self):
        self.open()
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        self.tray.close()
        self.wait_iconified(self.screen.wait_window("Longshore", pid=self.longshore.program.pid))


class XfcePanelTest(TrayTest):
    """A desktop's own panel."""

    desktop_options = {"tray": "xfce4-panel"}

    def test_click_restores(self):
        self.open()
        owner = wait_until(lambda: self.registered(), "an icon in the panel")
        self.close_asked("Keep in the Tray")
        self.wait_hidden()
        StatusNotifierItem(self.desktop.bus, owner).activate()
        self.wait_shown()

    def registered(self):
        for item in self.desktop.tray_items():
            owner = item.partition("/")[0]
            if StatusNotifierItem(self.desktop.bus, owner).get("Id") == "longshore":
                return owner
        raise NotYet("no item of Longshore's")


class NoTrayTest(TrayTest):
    def test_minimise(self):
        self.open()
        self.screen.minimise(self.longshore.window)
        self.wait_iconified(self.longshore.window)
        self.screen.activate(self.longshore.window)
        self.wait_shown()

    def test_minimized(self):
        program = self.start_minimized()
        window = self.screen.wait_window("Longshore", pid=program.pid)
        self.wait_iconified(window)
        self.screen.activate(window)
        wait_until(lambda: self.screen.is_shown(window), "the window")

    def test_close_ends(self):
        # Hiding it would lose it.
        self.open()
        self.close()
        self.assertEqual(self.longshore.program.exit_code(), 0)


if __name__ == "__main__":
    unittest.main()
