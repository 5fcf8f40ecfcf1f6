"""Quitting with uploads on their way asks once; at the next start all are back in their places."""

import unittest

from desktop import DesktopTest, NotYet, StatusNotifierItem, StatusNotifierTray, wait_until
from files import random_bytes

# Three parts; the last is the smallest and confirmed first.
LARGE = 5_000_000
SLOW = {"call": "part", "action": "slow", "rate": 375_000}
QUESTION = "Quit Longshore"


class QuitTest(DesktopTest):
    def open(self, sizes, rules=(SLOW,)):
        self.sandbox = self.desktop.sandbox(list(rules))
        self.data = self.desktop.new_folder("data")
        folder = self.desktop.new_folder("source")
        self.contents = {}
        for seed, (name, size) in enumerate(sizes.items()):
            self.contents[name] = random_bytes(size, seed)
            (folder / name).write_bytes(self.contents[name])
        self.start(*(folder / name for name in sizes))
        self.longshore.place()
        self.longshore.dialog("Add Uploads")

    def start(self, *files):
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, *files,
                                                     env=self.sandbox.env)

    def add(self):
        self.longshore.answer("Add Uploads", "Add")

    def quit(self):
        self.screen.activate(self.longshore.window)
        self.screen.key("ctrl+q")

    def quit_and_answer(self, answer):
        self.quit()
        self.longshore.dialog(QUESTION)
        self.longshore.press(answer)

    def arrive(self):
        for name, content in self.contents.items():
            self.longshore.wait_state(name, "completed", timeout=60)
            self.assertEqual(self.sandbox.content_of(name), content)

    def test_without_uploads(self):
        self.open({"small.bin": 1000}, rules=())
        self.add()
        self.arrive()
        self.quit()
        self.assertEqual(self.longshore.program.exit_code(), 0)

    def test_go_on_in_the_tray(self):
        tray = StatusNotifierTray(self.desktop.env["DBUS_SESSION_BUS_ADDRESS"])
        self.addCleanup(tray.close)
        self.open({"large.bin": LARGE})
        self.add()
        self.longshore.wait_state("large.bin", "sending")
        self.quit_and_answer("Don't Quit")
        self.longshore.wait_gone("alert message", QUESTION)
        self.assertTrue(self.screen.is_shown(self.longshore.window))
        self.quit_and_answer("Go On in the Tray")

        def hidden():
            return all(window.pid != self.longshore.program.pid for window in self.screen.windows())
        wait_until(hidden, "the window in the tray")
        item = StatusNotifierItem(self.desktop.bus, tray.owners[0])
        self.assertIn("large.bin", "".join(item.menu()))
        self.assertEqual(self.sandbox.wait_content("large.bin"), self.contents["large.bin"])
        item.activate()
        wait_until(lambda: self.screen.is_shown(self.longshore.window), "the window")
        self.arrive()

    def test_stop_and_resume(self):
        self.open({"large.bin": LARGE})
        self.add()
        self.longshore.wait_state("large.bin", r"sending, [1-9]\d? percent", timeout=60)
        self.quit()
        self.longshore.dialog(QUESTION)
        self.longshore.says("1 upload is not finished")
        # There is no tray here.
        self.assertEqual(self.longshore.tree.find_all("push button", "Go On in the Tray"), [])
        self.longshore.press("Stop and Resume Next Time")
        self.assertEqual(self.longshore.program.exit_code(), 0)
        self.start()
        self.arrive()
        self.longshore.program.stop()
        seen = self.sandbox.stop()
        # The upload and the part that was confirmed are those of before.
        self.assertEqual(seen["requests"]["create"], 1)
        self.assertLess(seen["requests"]["part"], 6)

    def test_cancel(self):
        self.open({"one.bin": LARGE, "two.bin": LARGE})
        self.add()
        self.longshore.wait_state("two.bin", "sending")
        self.quit_and_answer("Cancel the Uploads")
        self.assertEqual(self.longshore.program.exit_code(), 0)
        self.start()
        for name in self.contents:
            self.longshore.wait_state(name, "cancelled")
        self.longshore.program.stop()
        uploads = self.sandbox.stop()["uploads"]
        self.assertEqual((uploads["cancelled"], uploads["pending"]), (2, 0))

    def test_places(self):
        self.open({"one.bin": 1000, "two.bin": LARGE, "three.bin": 2000, "four.bin": 3000},
                  rules=())
        self.longshore.press("Hold: let me arrange the parts before completing", "check box")
        self.add()
        for name in self.contents:
            self.longshore.wait_state(name, "ready to complete", timeout=60)
        self.longshore.select("four.bin")
        self.screen.key("ctrl+shift+Home")
        self.longshore.press("Complete")
        self.longshore.wait_state("four.bin", "completed")
        self.longshore.select("two.bin")
        self.longshore.wait_parts([1, 2, 3])
        self.longshore.press("Reverse")
        self.longshore.wait_parts([3, 2, 1])
        names = ["four.bin", "one.bin", "two.bin", "three.bin"]
        self.assertEqual(self.longshore.names(), names)
        place = self.screen.rectangle(self.longshore.window)

        self.quit_and_answer("Stop and Resume Next Time")
        self.assertEqual(self.longshore.program.exit_code(), 0)
        self.start()
        wait_until(lambda: self.longshore.names() == names, "the queue as it was")
        for name in names[1:]:
            self.longshore.wait_state(name, "ready to complete")
        self.longshore.wait_state("four.bin", "completed")
        self.longshore.select("two.bin")
        self.longshore.wait_parts([3, 2, 1])

        def same_place():
            now = self.screen.rectangle(self.longshore.window)
            if now != place:
                raise NotYet(f"{now}, it was {place}")
            return True
        wait_until(same_place, "the window where it was")


if __name__ == "__main__":
    unittest.main()
