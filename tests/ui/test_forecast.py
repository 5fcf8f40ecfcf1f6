"""What the line can't bring within an upload's life is not begun without the user's word."""

import unittest

from desktop import DesktopTest, wait_until
from files import random_bytes

RATE = 100_000
# Sent for long enough to be measured.
SMALL = "small.bin"
SMALL_BYTES = 5 * RATE
LARGE = "large.bin"
# At that rate, nearly three times the hour that an upload lives.
LARGE_BYTES = 1_000_000_000
SETTINGS = f"[preferences]\naskBeforeAdding=false\nrateLimit={RATE}\n"
FORECAST = r"At \d+ kbit/s this needs \d(\.\d)? h; an upload lives 60 min; up to \d+\.\d MB fits\."


class ForecastTest(DesktopTest):
    def setUp(self):
        folder = self.desktop.new_folder("source")
        small = folder / SMALL
        small.write_bytes(random_bytes(SMALL_BYTES))
        self.large = folder / LARGE
        with self.large.open("wb") as file:
            file.truncate(LARGE_BYTES)
        data = self.desktop.new_folder("data")
        (data / "settings.ini").write_text(SETTINGS, encoding="utf-8")
        self.sandbox = self.desktop.sandbox()
        env = self.sandbox.env
        self.longshore = self.desktop.open_longshore("--data-dir", data, small, env=env).place()
        # What is known of the line.
        self.longshore.wait_state(SMALL, "completed")
        self.desktop.longshore("--data-dir", data, self.large, env=env).exit_code()
        self.longshore.wait_state(LARGE, f"needs your decision, {FORECAST}")
        self.longshore.select(LARGE)
        self.longshore.wait("page tab", "Overview").press()
        self.overview = self.longshore.wait("filler", "Overview")

    def test_send_anyway(self):
        self.longshore.says("^" + FORECAST)
        self.longshore.says("Begins all the same")
        # Neither is it what was paused.
        self.assertNotIn("enabled", self.longshore.tree.find("push button", "Pause All").states)
        x, y, width, height = self.longshore.row(LARGE).rectangle
        self.screen.click(x + width - 30, y + height // 2)
        self.longshore.wait_state(LARGE, "sending, ")
        # Late as it is, it says so, and so does its deadline.
        self.longshore.wait_state(LARGE, r"sending, .*the rest needs .*expires in \d+ minutes")
        self.longshore.wait("label", "Will hardly be done in time")

    def test_cancel(self):
        self.longshore.wait("push button", "Cancel", within=self.overview).press()
        self.longshore.wait_state(LARGE, "cancelled")
        self.assertEqual(self.sandbox.stop()["requests"]["create"], 1)

    def test_remove(self):
        self.longshore.press("Remove")
        wait_until(lambda: self.longshore.names() == [SMALL], "the row to go")
        self.longshore.press("Undo")
        self.longshore.wait_state(LARGE, "needs your decision")
        self.longshore.select(LARGE)
        self.longshore.press("Remove")
        # For good, at the end.
        self.screen.key("ctrl+q")
        self.longshore.program.exit_code()
        self.assertEqual(self.sandbox.stop()["requests"]["create"], 1)


if __name__ == "__main__":
    unittest.main()
