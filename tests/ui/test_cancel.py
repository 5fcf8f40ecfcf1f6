"""What can be done with uploads in the queue: cancel, pause, try again, remove, reorder."""

import json
import unittest

from desktop import DesktopTest, wait_until
from files import random_bytes

# Three parts; the last is the smallest and confirmed first.
LARGE = 5_000_000
SLOW = {"call": "part", "action": "slow", "rate": 250_000}
# So that nothing ends while a busy machine finds a button.
SLOWER = {"call": "part", "action": "slow", "rate": 50_000}
REFUSED = {
    "call": "create", "nth": [1], "action": "status", "status": 400,
    "headers": {"content-type": "application/json"},
    "body": json.dumps({"error": {"message": "Not today.", "type": "invalid_request_error",
                                  "param": None, "code": None}}),
}


class QueueTest(DesktopTest):
    def open(self, rules, sizes):
        self.sandbox = self.desktop.sandbox(rules)
        folder = self.desktop.new_folder("source")
        self.contents = {}
        for seed, (name, size) in enumerate(sizes.items()):
            self.contents[name] = random_bytes(size, seed)
            (folder / name).write_bytes(self.contents[name])
        self.longshore = self.desktop.open_longshore(
            "--data-dir", self.desktop.new_folder("data"), *(folder / name for name in sizes),
            env=self.sandbox.env).place()
        self.longshore.answer("Add Uploads", "Add")

    def arrive(self):
        for name, content in self.contents.items():
            self.longshore.wait_state(name, "completed", timeout=60)
            self.assertEqual(self.sandbox.content_of(name), content)

    def wait_names(self, names):
        wait_until(lambda: self.longshore.names() == names, f"the queue in the order {names}")

    def test_cancel(self):
        self.open([SLOW], {"large.bin": LARGE})
        self.longshore.wait_state("large.bin", r"sending, [1-9]\d? percent", timeout=60)
        self.longshore.press("Cancel")
        self.longshore.says("that the service already has are thrown away")
        self.longshore.answer("Cancel Uploads", "Keep Uploading")
        self.longshore.wait_state("large.bin", "sending")
        self.longshore.press("Cancel")
        self.longshore.answer("Cancel Uploads", "Cancel Them")
        self.longshore.wait_state("large.bin", "cancelled")
        self.assertEqual(self.sandbox.files(), [])
        self.longshore.program.stop()
        self.assertEqual(self.sandbox.stop()["uploads"]["cancelled"], 1)

    def test_pause_and_resume(self):
        self.open([{**SLOWER, "nth": [1, 2, 3]}], {"one.bin": 1_000_000, "two.bin": 1_000_001})
        self.longshore.wait_state("one.bin", "sending")
        self.longshore.press("Pause All")
        for name in self.contents:
            self.longshore.wait_state(name, "paused")
        self.longshore.select("two.bin")
        self.screen.key("ctrl+r")
        self.longshore.wait_state("two.bin", "sending")
        self.longshore.wait_state("one.bin", "paused")
        self.screen.key("ctrl+p")
        self.longshore.wait_state("two.bin", "paused")
        self.longshore.press("Resume All")
        self.arrive()

    def test_try_again(self):
        self.open([REFUSED], {"small.bin": 1000})
        self.longshore.wait_state("small.bin", "failed")
        self.longshore.press("Try Again")
        self.arrive()

    def test_remove_and_undo(self):
        self.open([], {"one.bin": 1000, "two.bin": 1000, "three.bin": 1000})
        self.arrive()
        self.longshore.select("one.bin")
        self.longshore.select("three.bin", modifier="ctrl")
        self.screen.key("Delete")
        self.wait_names(["two.bin"])
        self.longshore.says("2 uploads removed from the list")
        self.longshore.press("Undo")
        self.wait_names(["one.bin", "two.bin", "three.bin"])

        self.longshore.menu("Edit", "Remove Finished")
        self.wait_names([])
        self.longshore.says("Drop files or folders here")
        self.screen.key("ctrl+z")
        self.wait_names(["one.bin", "two.bin", "three.bin"])

    def test_reorder(self):
        names = ["one.bin", "two.bin", "three.bin", "four.bin"]
        self.open([SLOWER], {name: 3_000_000 for name in names})
        self.longshore.wait_state("one.bin", "sending")
        self.longshore.press("Pause All")
        for name in names:
            self.longshore.wait_state(name, "paused")

        x, y, _, height = self.longshore.row("one.bin").rectangle
        _, target, _, _ = self.longshore.row("four.bin").rectangle
        self.screen.drag((x + 60, y + height // 2), (x + 90, target))
        self.wait_names(["two.bin", "three.bin", "one.bin", "four.bin"])

        self.longshore.select("four.bin")
        self.screen.key("ctrl+shift+Home")
        self.wait_names(["four.bin", "two.bin", "three.bin", "one.bin"])
        self.screen.key("ctrl+shift+Down")
        self.wait_names(["two.bin", "four.bin", "three.bin", "one.bin"])
        self.longshore.select("one.bin")
        self.screen.key("ctrl+shift+Up")
        self.wait_names(["two.bin", "four.bin", "one.bin", "three.bin"])
        self.longshore.select("two.bin")
        self.screen.key("ctrl+shift+End")
        self.wait_names(["four.bin", "one.bin", "three.bin", "two.bin"])


if __name__ == "__main__":
    unittest.main()
