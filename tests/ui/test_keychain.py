"""The key lives in the system's keychain, or in memory where there is none, and never in a file."""

import unittest

from desktop import DesktopTest, NotYet, wait_until
from files import random_bytes


class KeyTest(DesktopTest):
    def setUp(self):
        self.sandbox = self.desktop.sandbox()
        self.data = self.desktop.new_folder("data")
        self.source = self.desktop.new_folder("source")

    def start(self, *arguments):
        """Without a key in the environment."""
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, *arguments).place()

    def fill_in(self):
        """The dialog that came by itself."""
        dialog = self.longshore.dialog("Connection")
        self.longshore.wait("combo box", "OpenAI", within=dialog)
        self.screen.activate(self.screen.wait_window("Connection"))
        self.screen.key("alt+s", "c")
        self.longshore.wait("combo box", "Compatible server", within=dialog)
        self.longshore.wait("text", "Base URL", within=dialog).type_text(self.sandbox.url)
        self.enter_key(dialog)

    def enter_key(self, dialog):
        self.longshore.wait("text", "API key", within=dialog).type_text(self.sandbox.key)
        self.longshore.press("OK")
        self.longshore.wait_gone("dialog", "Connection")

    def assert_works(self, name):
        """The program is running: a second start brings it a file."""
        path = self.source / name
        path.write_bytes(random_bytes(5000))
        self.desktop.run_longshore("--data-dir", self.data, path)
        self.longshore.answer("Add Uploads", "Add")
        self.longshore.wait_state(name, "completed")
        self.assertEqual(self.sandbox.content_of(name), path.read_bytes())

    def assert_in_no_file(self):
        key = self.sandbox.key.encode()
        for folder in (self.desktop.home, self.data, self.source):
            for path in folder.rglob("*"):
                if path.is_file():
                    self.assertNotIn(key, path.read_bytes(), path)
        self.assertNotIn(self.sandbox.key, self.longshore.program.output())
        self.assertTrue(list(self.data.rglob("*.ini")), "the profile is a file")


class KeychainTest(KeyTest):
    desktop_options = {"keyring": True}

    def stored(self):
        tool = self.desktop.start("secret-tool", "search", "--all", "server", "Longshore")
        if tool.exit_code() != 0:
            # An entry that goes while it looks.
            raise NotYet(tool.output())
        return tool.output()

    def test_stored_and_found_again(self):
        self.start()
        self.longshore.says("The key goes to the system's keychain, never into a file")
        self.fill_in()
        self.assert_works("first.bin")
        wait_until(lambda: self.sandbox.key in self.stored(), "the key in the keychain")
        self.assert_in_no_file()

        self.longshore.program.stop()
        self.start()
        self.assert_works("second.bin")
        self.assertEqual(self.longshore.tree.find_all("dialog", "Connection"), [])
        self.assert_in_no_file()

    def test_forgotten(self):
        self.start()
        self.fill_in()
        wait_until(lambda: self.sandbox.key in self.stored(), "the key in the keychain")
        self.longshore.menu("File", "Connection…")
        self.longshore.says("A key is stored in the system's keychain")
        self.longshore.press("Forget the stored key")
        self.longshore.says("The key will be forgotten")
        self.longshore.press("OK")
        wait_until(lambda: self.sandbox.key not in self.stored(), "nothing in the keychain")


class NoKeychainTest(KeyTest):
    def test_for_this_run_only(self):
        self.start()
        self.longshore.says("is not stored: it has to be entered again at the next start")
        self.fill_in()
        self.assert_works("first.bin")
        self.longshore.menu("File", "Connection…")
        self.longshore.says("There is a key for as long as the program runs. It is not stored")
        self.longshore.answer("Connection", "Cancel")
        self.assert_in_no_file()

        self.longshore.program.stop()
        self.start()
        # Which service is remembered, the key is not.
        dialog = self.longshore.dialog("Connection")
        self.longshore.wait("combo box", "Compatible server", within=dialog)
        self.enter_key(dialog)
        self.assert_works("second.bin")
        self.assert_in_no_file()


if __name__ == "__main__":
    unittest.main()
