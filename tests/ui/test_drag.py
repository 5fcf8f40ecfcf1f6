"""Files are dragged from a file manager onto the window, and arrive at the service."""

import unittest

from desktop import DesktopTest, wait_until
from filemanager import FileManager
from files import random_bytes

# Three parts, of which the last is smaller and there first, at this rate each.
LARGE = 5_000_000
SLOW = [{"call": "part", "action": "slow", "rate": 375_000}]


class DragTest(DesktopTest):
    desktop_options = {"width": 1600, "height": 900}

    def setUp(self):
        self.sandbox = self.desktop.sandbox(SLOW)
        self.longshore = self.desktop.open_longshore("--data-dir", self.desktop.new_folder("data"),
                                                     env=self.sandbox.env).place(690, 30, 860, 700)

    def folder_with(self, contents):
        folder = self.desktop.new_folder("source")
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        return folder

    def drop(self, program, folder, target):
        manager = FileManager(self.desktop, program, folder)
        start = manager.select_all()
        x, y, width, height = target.rectangle
        self.screen.drag(start, (x + width // 2, y + height * 2 // 3))
        self.longshore.dialog("Add Uploads")
        manager.close()

    def add(self, heading):
        self.longshore.says(heading)
        self.longshore.answer("Add Uploads", "Add")

    def arrives(self, contents):
        for name, content in contents.items():
            self.longshore.wait_state(name, "completed", timeout=60)
            self.assertEqual(self.sandbox.content_of(name), content, name)

    def drag_files_and_folder(self, program, second_target):
        large = {"large.bin": random_bytes(LARGE)}
        small = {"lines.jsonl": b'{"a": 1}\n' * 1000, "notes with space.txt": "grün\n".encode()}
        empty = self.longshore.says("Drop files or folders here")
        self.drop(program, self.folder_with(large | small), empty)
        self.add("3 files, ")
        self.longshore.wait_state("large.bin", r"sending, [1-9]\d? percent")
        self.arrives(large | small)
        self.assertCountEqual(self.longshore.names(), [*large, *small])

        # Onto a list, which takes rows of its own but no files: the window does.
        inner = {"folder/one.bin": random_bytes(1000, 1), "folder/two.bin": random_bytes(2000, 2)}
        self.drop(program, self.folder_with(inner), self.longshore.wait("tree", second_target))
        self.add("2 files, ")
        self.arrives({name.partition("/")[2]: content for name, content in inner.items()})
        wait_until(lambda: len(self.sandbox.files()) == 5, "nothing else at the service")

    def test_from_pcmanfm(self):
        self.drag_files_and_folder("pcmanfm", "Uploads")

    def test_from_thunar(self):
        self.drag_files_and_folder("thunar", "Parts")


if __name__ == "__main__":
    unittest.main()
