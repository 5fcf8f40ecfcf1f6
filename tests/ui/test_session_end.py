"""The end of the session with uploads on their way: nobody is asked, nothing is lost."""

import signal
import time
import unittest

from gi.repository import Gio, GLib

from desktop import DesktopTest, wait_until
from files import random_bytes

# Three parts; the last is the smallest and confirmed first.
SIZE = 5_000_000
SLOW = {"call": "part", "action": "slow", "rate": 375_000}
END_SECONDS = 5
TERMINATED = 143
HUNG_UP = 129

POWER_MANAGEMENT = """<node><interface name="org.freedesktop.PowerManagement.Inhibit">
  <method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="u" direction="out"/></method>
  <method name="UnInhibit"><arg type="u" direction="in"/></method>
</interface></node>"""


class PowerManagement:
    """A desktop's power management that notes who keeps the computer awake. Its calls are taken
    while somebody waits for them."""

    def __init__(self, bus):
        self.held = {}
        self.last = 0
        interface = Gio.DBusNodeInfo.new_for_xml(POWER_MANAGEMENT).interfaces[0]
        bus.register_object("/org/freedesktop/PowerManagement/Inhibit", interface, self._call)
        Gio.bus_own_name_on_connection(bus, "org.freedesktop.PowerManagement",
                                       Gio.BusNameOwnerFlags.NONE, None, None)

    def _call(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        if method == "Inhibit":
            self.last += 1
            self.held[self.last] = arguments.unpack()
            invocation.return_value(GLib.Variant("(u)", (self.last,)))
        else:
            self.held.pop(arguments.unpack()[0], None)
            invocation.return_value(None)

    def wait(self, condition, what):
        def reached():
            while GLib.MainContext.default().iteration(False):
                pass
            return condition(self.held)
        wait_until(reached, what)


class SessionEndTest(DesktopTest):
    def open(self, rules=(SLOW,)):
        self.sandbox = self.desktop.sandbox(list(rules))
        self.data = self.desktop.new_folder("data")
        self.content = random_bytes(SIZE, 0)
        file = self.desktop.new_folder("source") / "large.bin"
        file.write_bytes(self.content)
        self.start(file)
        self.longshore.place()
        self.longshore.dialog("Add Uploads")
        self.longshore.answer("Add Uploads", "Add")

    def start(self, *files):
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, *files,
                                                     env=self.sandbox.env)

    def wait_first_part(self):
        self.longshore.wait_state("large.bin", r"sending, [1-9]\d? percent", timeout=60)

    def end_by(self, number):
        """Its exit code."""
        begin = time.monotonic()
        code = self.longshore.program.stop(number)
        self.assertLess(time.monotonic() - begin, END_SECONDS)
        return code

    def check_resumed(self):
        self.start()
        self.longshore.wait_state("large.bin", "completed", timeout=60)
        self.assertEqual(self.sandbox.content_of("large.bin"), self.content)
        self.longshore.program.stop()
        seen = self.sandbox.stop()
        # The upload and the part that was confirmed are those of before.
        self.assertEqual(seen["requests"]["create"], 1)
        self.assertLess(seen["requests"]["part"], 6)

    def test_terminated(self):
        self.open()
        self.wait_first_part()
        self.assertEqual(self.end_by(signal.SIGTERM), TERMINATED)
        self.check_resumed()

    def test_hung_up(self):
        self.open()
        self.wait_first_part()
        self.assertEqual(self.end_by(signal.SIGHUP), HUNG_UP)
        self.check_resumed()

    def test_while_it_asks(self):
        self.open()
        self.wait_first_part()
        self.screen.activate(self.longshore.window)
        self.screen.key("ctrl+q")
        self.longshore.dialog("Quit Longshore")
        self.assertEqual(self.end_by(signal.SIGTERM), TERMINATED)
        self.check_resumed()

    def test_while_a_service_is_silent(self):
        self.open([{"call": "part", "action": "stall", "when": "answer"}])
        self.longshore.wait_state("large.bin", "sending")
        self.assertEqual(self.end_by(signal.SIGTERM), TERMINATED)

    def test_awake_while_uploads_run(self):
        power = PowerManagement(self.desktop.bus)
        self.open([{"call": "part", "action": "stall", "when": "answer"}])
        power.wait(lambda held: list(held.values()) == [("Longshore", "Uploads are under way")],
                   "the computer kept awake")
        self.longshore.press("Pause All")
        self.longshore.wait_state("large.bin", "paused")
        power.wait(lambda held: not held, "the computer free to sleep")


if __name__ == "__main__":
    unittest.main()
