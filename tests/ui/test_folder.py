"""A large folder on a slow disk does not hold up the window; of a mixed one the good is taken."""

import os
import re
import subprocess
import unittest
from pathlib import Path

from desktop import DesktopTest, NotYet, longshore_program, wait_until
from files import random_bytes
from longshore import LongshoreWindow

FILES = 50_000
# Of each look at a file. All of them would take minutes.
SLOW_MS = 3
# More than are added without a question.
ENOUGH = 250
LOOKING = re.compile(r"^Looking at files: ([\d,]+) so far…$")


def slow_library(folder):
    """tests/ui/slowfs.c, compiled."""
    library = folder / "slowfs.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", library,
                    Path(__file__).with_name("slowfs.c")], check=True, timeout=60)
    return library


def without_root_rights():
    """What a program is started by so that permissions hold for it, whoever runs the tests."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


class SlowFolderTest(DesktopTest):
    def setUp(self):
        folder = self.desktop.new_folder("slow")
        self.files = folder / "files"
        self.files.mkdir()
        for number in range(FILES):
            # Less work than open(); one byte each, since empty ones are refused.
            file = os.open(self.files / f"{number}.txt", os.O_CREAT | os.O_WRONLY)
            os.write(file, b"x")
            os.close(file)
        self.slow = folder / "slow"
        self.slow.touch()
        self.data = self.desktop.new_folder("data")
        sandbox = self.desktop.sandbox()
        self.env = sandbox.env | {"LD_PRELOAD": slow_library(folder), "SLOWFS_FOLDER": self.files,
                                  "SLOWFS_MS": SLOW_MS, "SLOWFS_WHILE": self.slow}

    def found(self):
        """How many files the window says it has found."""
        label = self.longshore.tree.find("label", LOOKING)
        return int(LOOKING.match(label.name)[1].replace(",", ""))

    def wait_more_than(self, count):
        def more():
            now = self.found()
            if now > count:
                return now
            raise NotYet(f"{now} files")
        return wait_until(more, f"more than {count} files found")

    def test_stays_usable(self):
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, self.files,
                                                     env=self.env).place()
        before = self.wait_more_than(0)
        # A person looks around meanwhile.
        for item in ("Settings…", "Connection…"):
            self.longshore.menu("File", item)
            dialog = self.longshore.dialog()
            role, title = dialog.role, dialog.name
            wait_until(lambda dialog=dialog: "active" in dialog.states, f"{title} has the focus")
            self.screen.key("Escape")
            self.longshore.wait_gone(role, title)
            before = self.wait_more_than(before)
        self.wait_more_than(ENOUGH)
        self.longshore.press("Stop")
        question = self.longshore.dialog("Many Files")
        asked = int(re.search(r"Add ([\d,]+) files\?",
                              question.find("label", re.compile("^Add ")).name)[1].replace(",", ""))
        self.assertGreater(asked, ENOUGH)
        self.assertLess(asked, FILES)
        self.longshore.answer("Many Files", "Cancel")
        self.assertEqual(self.longshore.tree.find_all("label", LOOKING), [])
        self.assertEqual(self.longshore.rows(), [])

        # Once more, to the end.
        self.slow.unlink()
        second = self.desktop.longshore("--data-dir", self.data, self.files, env=self.env)
        self.assertEqual(second.exit_code(), 0, second.output())
        question = self.longshore.dialog("Many Files")
        question.find("label", re.compile(f"^Add ({FILES}|{FILES:,}) files"))
        self.longshore.answer("Many Files", "Cancel")
        self.assertEqual(self.longshore.rows(), [])


class MixedFolderTest(DesktopTest):
    def test_takes_what_can_be_taken(self):
        folder = self.desktop.new_folder("mixed")
        good = random_bytes(1000)
        (folder / "good.bin").write_bytes(good)
        (folder / "empty.bin").touch()
        os.mkfifo(folder / "pipe")
        secret = folder / "secret.bin"
        secret.write_bytes(good)
        secret.chmod(0)
        sandbox = self.desktop.sandbox()
        program = self.desktop.start(*without_root_rights(), longshore_program(), "--data-dir",
                                     self.desktop.new_folder("data"), folder, env=sandbox.env)
        longshore = LongshoreWindow(self.desktop, program).place()
        longshore.dialog("Add Uploads")
        longshore.says("^1 file, ")
        longshore.answer("Add Uploads", "Add")
        longshore.wait_state("good.bin", "completed")
        self.assertEqual(sandbox.content_of("good.bin"), good)
        self.assertEqual(longshore.names(), ["good.bin"])

        longshore.wait("label", "3 files were not added.")
        longshore.press("Why?")
        reasons = longshore.wait("text", "Details", within=longshore.dialog("Longshore")).text
        self.assertEqual(reasons.splitlines(), [
            f"{folder}/empty.bin: “empty.bin” is empty; there is nothing to upload.",
            f"{folder}/pipe: “pipe” is not a regular file.",
            f"{folder}/secret.bin: “secret.bin” can't be read: no permission."])


if __name__ == "__main__":
    unittest.main()
