"""The window without eyes: controls are pressed by name, rows read as sentences."""

import unittest

from desktop import DesktopTest, wait_until
from files import random_bytes

# Three parts; the last is the smallest and confirmed first.
LARGE = 5_000_000
SLOW = {"call": "part", "action": "slow", "rate": 375_000}
NAMED_ROLES = {"push button", "check box", "radio button", "combo box", "text", "tree", "page tab",
               "menu item", "column header", "spin button", "slider", "dialog", "alert message"}


class AccessibilityTest(DesktopTest):
    def setUp(self):
        self.sandbox = self.desktop.sandbox([SLOW])
        self.folder = self.desktop.new_folder("source")
        self.content = random_bytes(LARGE)
        (self.folder / "train.bin").write_bytes(self.content)
        self.longshore = self.desktop.open_longshore("--data-dir", self.desktop.new_folder("data"),
                                                     env=self.sandbox.env)

    def assert_all_named(self):
        nameless = [control for control in self.longshore.tree.find_all()
                    if control.role in NAMED_ROLES and not control.name]
        self.assertEqual(nameless, [])

    def choose_file(self):
        """In the dialog for choosing files."""
        self.longshore.press("Add Files")
        chooser = self.longshore.dialog("Add Files")
        self.longshore.wait("text", "File name:", within=chooser).type_text(
            str(self.folder / "train.bin"))
        self.longshore.press("Open")
        self.longshore.dialog("Add Uploads")

    def test_from_adding_to_completing(self):
        self.assert_all_named()
        self.choose_file()
        self.assert_all_named()
        self.longshore.wait("text", "MIME type").type_text("application/x-weights")
        self.longshore.answer("Add Uploads", "Add")

        sentence = (r"sending, [1-9]\d? percent, \d+ (second|minute)s? left, "
                    r"expires in \d+ minutes$")
        self.longshore.wait_state("train.bin", sentence, timeout=60)
        self.assert_all_named()
        self.longshore.press("Pause All")
        self.longshore.wait_state("train.bin", r"paused, \d+ percent, expires in \d+ minutes$")
        self.longshore.press("Resume All")
        self.longshore.wait_state("train.bin", "sending")

        self.longshore.press("Hold", "check box")
        self.assert_all_named()
        self.longshore.answer("Hold", "Let It Expire")
        self.longshore.wait_state("train.bin", r"ready to complete, expires in \d+ minutes$",
                                  timeout=60)
        self.assertEqual(self.sandbox.files(), [])
        # The list of parts reads as sentences too.
        wait_until(lambda: [row.name for row in self.longshore.part_rows()] == [
            "Part 1 of 3, confirmed, 2.1 MB", "Part 2 of 3, confirmed, 2.1 MB",
            "Part 3 of 3, confirmed, 805.7 kB"], "three confirmed parts")
        self.longshore.press("Complete")
        self.longshore.wait_state("train.bin", r"completed, 5\.0 MB$")
        self.assertEqual(self.sandbox.content_of("train.bin"), self.content)
        self.longshore.wait("page tab", "Overview").press()
        self.longshore.says("application/x-weights")

    def test_hold_beside_the_parts(self):
        self.choose_file()
        self.longshore.answer("Add Uploads", "Add")
        self.longshore.wait_state("train.bin", "sending")
        self.longshore.press("Arrange the parts before completing", "check box")
        held = self.longshore.button("Hold", "check box")
        wait_until(lambda: "checked" in held.states, "the upload held")
        self.longshore.press("Arrange the parts before completing", "check box")
        wait_until(lambda: "checked" not in held.states, "the upload not held any more")


if __name__ == "__main__":
    unittest.main()
