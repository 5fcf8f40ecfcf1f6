"""Parts are arranged in the window before they become a file, and the file is of that order."""

import re
import unittest

from desktop import DesktopTest, md5
from files import random_bytes

# What the program chooses for files of this size.
PART = 2 * 1024 * 1024
PARTS = 5
CUTS_LINES = re.compile("This order cuts lines")


def parts_of(content):
    return [content[start:start + PART] for start in range(0, len(content), PART)]


class HoldTest(DesktopTest):
    def open(self, rules=None, files=None):
        self.sandbox = self.desktop.sandbox(rules)
        self.content = random_bytes(PARTS * PART - 250_000)
        folder = self.desktop.new_folder("source")
        files = files or {"weights.bin": self.content}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.longshore = self.desktop.open_longshore(
            "--data-dir", self.desktop.new_folder("data"), *(folder / name for name in files),
            env=self.sandbox.env).place()

    def add_held(self):
        self.longshore.dialog("Add Uploads")
        self.longshore.press("Hold: let me arrange the parts before completing", "check box")
        self.longshore.answer("Add Uploads", "Add")

    def drag_part(self, place, before):
        """By the mouse, to the line between two rows."""
        rows = self.longshore.part_rows()
        x, y, _, height = rows[place].rectangle
        _, target, _, _ = rows[before].rectangle
        self.screen.drag((x + 12, y + height // 2), (x + 30, target))

    def key(self, *keys):
        self.screen.key(*keys)

    def complete_and_compare(self, name, expected):
        self.longshore.wait_state(name, "ready to complete", timeout=60)
        # The one beside the parts: the menu's and the tool bar's have other tests.
        details = self.longshore.wait("layered pane", "", within=self.longshore.wait(
            "filler", "Details of the selected upload"))
        self.longshore.wait("push button", "Complete", within=details).press()
        self.longshore.wait_state(name, "completed", timeout=60)
        content = self.sandbox.content_of(name)
        self.assertEqual(md5(content), md5(expected))
        self.assertEqual(content, expected)

    def test_mouse_and_keys(self):
        self.open()
        self.add_held()
        self.longshore.wait_state("weights.bin", "ready to complete", timeout=60)
        self.assertEqual(self.sandbox.files(), [])
        self.longshore.wait_parts([1, 2, 3, 4, 5])

        self.drag_part(0, before=3)
        self.longshore.wait_parts([2, 3, 1, 4, 5])
        self.drag_part(4, before=1)
        self.longshore.wait_parts([2, 5, 3, 1, 4])

        self.longshore.select_part(3)
        self.key("alt+Up")
        self.longshore.wait_parts([2, 5, 1, 3, 4])
        self.key("alt+Down")
        self.longshore.wait_parts([2, 5, 3, 1, 4])
        self.key("alt+Home")
        self.longshore.wait_parts([1, 2, 5, 3, 4])
        self.key("alt+End")
        self.longshore.wait_parts([2, 5, 3, 4, 1])

        self.longshore.press("Reverse")
        self.longshore.wait_parts([1, 4, 3, 5, 2])
        self.longshore.says("Custom order")
        self.longshore.press("Back to file order")
        self.longshore.wait_parts([1, 2, 3, 4, 5])
        self.longshore.wait_gone("label", "Custom order")

        self.drag_part(4, before=0)
        self.longshore.wait_parts([5, 1, 2, 3, 4])
        parts = parts_of(self.content)
        # Where the first part's bytes go, behind the last one's.
        first = len(parts[4])
        self.longshore.wait("tree item", f"{first:,} – {first + PART - 1:,}")
        self.complete_and_compare("weights.bin", b"".join([parts[4], *parts[:4]]))

    def test_while_sending(self):
        self.open([{"call": "part", "action": "slow", "rate": 500_000}])
        self.add_held()
        self.longshore.wait_state("weights.bin", "sending")
        self.longshore.wait_parts([1, 2, 3, 4, 5])
        self.longshore.select_part(4)
        self.key("alt+Home")
        self.longshore.wait_parts([5, 1, 2, 3, 4])
        self.longshore.press("Reverse")
        self.longshore.wait_parts([4, 3, 2, 1, 5])
        # All that before the service had everything: what it has now is not what it will get.
        self.longshore.wait_state("weights.bin", "sending")
        parts = parts_of(self.content)
        self.complete_and_compare("weights.bin", b"".join(parts[i - 1] for i in (4, 3, 2, 1, 5)))

    def test_by_file(self):
        files = {"a.jsonl": b'{"a": 1}\n' * 500_000, "b.jsonl": b'{"b": 2}\n' * 250_000}
        self.open(files=files)
        self.longshore.dialog("Add Uploads")
        self.longshore.press("Combine into one upload:", "radio button")
        self.longshore.wait("text", "Name of the combined upload").type_text("both.jsonl")
        self.add_held()
        self.longshore.wait_state("both.jsonl", "ready to complete", timeout=60)
        self.longshore.wait_parts([1, 2, 3, 4, 5])
        self.longshore.press("Reverse")
        self.longshore.wait_parts([5, 4, 3, 2, 1])
        # The program cuts combined files of lines at lines.
        self.longshore.says("Custom order")
        self.assertEqual(self.longshore.tree.find_all("label", CUTS_LINES), [])
        self.longshore.press("Back to file order")
        self.longshore.wait_parts([1, 2, 3, 4, 5])
        self.longshore.click("Whole files: keep each file's parts together", "check box")
        # One part of a file is taken, and all of them come.
        self.longshore.select_part(4)
        self.key("alt+Home")
        self.longshore.wait_parts([4, 5, 1, 2, 3])
        self.complete_and_compare("both.jsonl", files["b.jsonl"] + files["a.jsonl"])

    def test_warning_about_lines(self):
        lines = b'{"a": 1}\n' * 250_000
        self.open(files={"train.jsonl": lines})
        self.add_held()
        self.longshore.wait_state("train.jsonl", "ready to complete", timeout=60)
        self.longshore.wait_parts([1, 2])
        self.longshore.press("Reverse")
        self.longshore.says(CUTS_LINES)
        self.longshore.press("Back to file order")
        self.longshore.wait_gone("label", CUTS_LINES)
        self.complete_and_compare("train.jsonl", lines)


if __name__ == "__main__":
    unittest.main()
