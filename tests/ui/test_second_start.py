"""A second start hands its files over to the window that is there, and raises it."""

import unittest

from desktop import DesktopTest, wait_until
from files import random_bytes


class SecondStartTest(DesktopTest):
    def setUp(self):
        self.sandbox = self.desktop.sandbox()
        self.data = self.desktop.new_folder("data")
        self.first = self.open_first()

    def open_first(self):
        return self.desktop.open_longshore("--data-dir", self.data, env=self.sandbox.env).place()

    def start_again(self, *arguments, cwd=None):
        second = self.desktop.longshore("--data-dir", self.data, *arguments, cwd=cwd,
                                        env=self.sandbox.env)
        self.assertEqual(second.exit_code(), 0, second.output())
        self.assertEqual(second.output(), "")

    def is_in_front(self):
        return (self.screen.is_shown(self.first.window)
                and self.screen.active_window() == self.first.window.id)

    def test_files_are_handed_over(self):
        # Relative to where the second one was started, not to where the first one was.
        folder = self.desktop.new_folder("elsewhere")
        contents = {"relative.bin": random_bytes(1000, 1), "sub/deeper.bin": random_bytes(2000, 2)}
        (folder / "sub").mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        absolute = self.desktop.new_folder("third") / "-absolute \u00fc.bin"
        absolute.write_bytes(random_bytes(3000, 3))

        self.start_again("relative.bin", "sub/../sub/deeper.bin", absolute, cwd=folder)
        self.first.says("3 files, ")
        self.first.answer("Add Uploads", "Add")
        for name, content in [*contents.items(), (absolute.name, absolute.read_bytes())]:
            self.first.wait_state(name.rpartition("/")[2], "completed")
            self.assertEqual(self.sandbox.content_of(name.rpartition("/")[2]), content)

        # A file that isn't there is refused by the window, not lost.
        self.start_again("missing.bin", cwd=folder)
        self.first.says(r"Not added – .*missing\.bin")

    def test_window_is_raised(self):
        self.screen.minimise(self.first.window)
        wait_until(lambda: not self.screen.is_shown(self.first.window), "it is iconified")
        self.start_again()
        wait_until(self.is_in_front, "the iconified window in front")

        other = self.desktop.open_longshore("--sandbox", "--data-dir",
                                            self.desktop.new_folder("other")).place()
        wait_until(lambda: self.screen.active_window() == other.window.id, "the other in front")
        self.start_again()
        wait_until(self.is_in_front, "the covered window in front")
        wait_until(lambda: self.screen.stacking()[-1] == self.first.window.id, "on top")

    def test_one_after_another(self):
        self.first.program.stop()
        # Nobody is there to take them: this one is the first again.
        self.first = self.open_first()
        self.start_again()

    def test_after_a_crash(self):
        self.first.program.stop(9)
        self.first = self.open_first()
        self.start_again()


if __name__ == "__main__":
    unittest.main()
