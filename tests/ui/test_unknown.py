"""Complete was sent, and nobody can tell what came of it: the user is told, and decides."""

import re
import unittest

from desktop import DesktopTest
from files import random_bytes

NAME = "answers.bin"
SIZE = 3_000_000
DONE_UNHEARD = {"call": "complete", "nth": [1], "action": "lost"}
LIST = "You have no permission to list files."


def forbidden(nth):
    """The list of files can't be read, for these of the looks."""
    return {"call": "files", "nth": nth, "action": "status", "status": 403,
            "body": {"error": {"message": LIST, "type": "invalid_request_error", "param": None,
                               "code": None}}}


class UnknownTest(DesktopTest):
    def setUp(self):
        self.file = self.desktop.new_folder("source") / NAME
        self.file.write_bytes(random_bytes(SIZE))

    def open(self, rules):
        self.sandbox = self.desktop.sandbox(rules)
        self.longshore = self.desktop.open_longshore(
            "--data-dir", self.desktop.new_folder("data"), self.file,
            env=self.sandbox.env).place()
        self.longshore.answer("Add Uploads", "Add")
        self.wait_unknown()

    def wait_unknown(self):
        self.longshore.wait_state(NAME, f"may have completed, .*{re.escape(LIST)}", timeout=60)
        self.longshore.wait("page tab", "Overview").press()
        self.longshore.wait("label", "May have completed")

    def choice(self, name):
        """The button in the overview."""
        overview = self.longshore.wait("filler", "Overview")
        return self.longshore.wait("push button", name, within=overview)

    def wait_completed(self):
        self.longshore.wait_state(NAME, "completed", timeout=60)
        self.assertEqual(self.sandbox.content_of(NAME), self.file.read_bytes())

    def uploads(self):
        return self.sandbox.stop()["uploads"]

    def test_choices_are_explained(self):
        self.open([DONE_UNHEARD, forbidden([1])])
        self.longshore.says("nothing more happens until you choose")
        for name, explanation in (("Look Again", "^Asks the service"),
                                  ("Complete Again", "makes it if it is missing"),
                                  ("Start Again…", "two files at the service"),
                                  ("Remove", "takes it off the list")):
            self.choice(name)
            self.longshore.says(explanation)
        self.longshore.says("1 needs your decision")
        # In the menu, too, each by the keyboard.
        for item in ("Look Again", "Complete Again", "Start Again…"):
            self.longshore.tree.find("menu item", item, showing=False)

    def test_look_again(self):
        self.open([DONE_UNHEARD, forbidden([1])])
        x, y, width, height = self.longshore.row(NAME).rectangle
        self.screen.click(x + width - 30, y + height // 2)
        self.wait_completed()
        self.assertEqual(self.uploads()["completed"], 1)

    def test_look_again_by_key(self):
        self.open([DONE_UNHEARD, forbidden([1])])
        self.longshore.select(NAME)
        self.screen.key("ctrl+t")
        self.wait_completed()

    def test_complete_again(self):
        self.open([DONE_UNHEARD, forbidden([1, 2])])
        self.choice("Look Again").press()
        self.wait_unknown()
        # It is refused, as the file is there; now the list can be read.
        self.choice("Complete Again").press()
        self.wait_completed()
        self.assertEqual(self.uploads()["completed"], 1)

    def test_start_again(self):
        self.open([DONE_UNHEARD, forbidden([1])])
        self.choice("Start Again…").press()
        self.longshore.answer("Start Again", "Leave It")
        self.longshore.wait_state(NAME, "may have completed")
        self.longshore.menu("Upload", "Start Again…")
        self.longshore.dialog("Start Again")
        self.longshore.says("there are two files at the service then")
        self.longshore.answer("Start Again", "Start Again")
        self.longshore.wait_state(NAME, "completed", timeout=60)
        self.assertEqual([file["filename"] for file in self.sandbox.files()], [NAME, NAME])

    def test_leave_it(self):
        self.open([DONE_UNHEARD, forbidden([1])])
        self.choice("Remove").press()
        self.longshore.says("1 upload removed from the list")
        self.assertEqual(self.longshore.rows(), [])
        self.longshore.press("Undo")
        self.longshore.wait_state(NAME, "may have completed")


if __name__ == "__main__":
    unittest.main()
