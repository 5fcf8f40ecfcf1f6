"""What goes wrong is said in a sentence, with one action that helps, and the action does help."""

import re
import unittest
from urllib.parse import urlsplit, urlunsplit

from desktop import DesktopTest, wait_until
from files import random_bytes
from relay import Relay

# Three parts.
LARGE = 5_000_000
# Its purpose is fine-tune, by its name. What is in it is of no matter.
NAME = "train.jsonl"
# Long enough for a person to do something meanwhile, for all three at once.
SLOW = {"call": "part", "nth": [1, 2, 3], "action": "slow", "rate": 500_000}


def refusal(status, message, **error):
    """The first upload is refused so."""
    return {"call": "create", "nth": 1, "action": "status", "status": status,
            "body": {"error": {"message": message, "param": None, "code": None, **error}}}


class ErrorsTest(DesktopTest):
    def setUp(self):
        self.folder = self.desktop.new_folder("source")
        self.file = self.folder / NAME
        self.file.write_bytes(random_bytes(LARGE))

    def open(self, rules=None, env=None, arguments=(), hold=False):
        self.sandbox = self.desktop.sandbox(rules, arguments=arguments)
        self.longshore = self.desktop.open_longshore(
            "--data-dir", self.desktop.new_folder("data"), self.file,
            env=self.sandbox.env | (env or {})).place()
        self.longshore.dialog("Add Uploads")
        if hold:
            self.longshore.press("Hold: let me arrange the parts before completing", "check box")
        self.longshore.answer("Add Uploads", "Add")

    def wait_failed(self, sentence):
        """As the row reads, and in the overview."""
        self.longshore.wait_state(NAME, f"failed, {re.escape(sentence)}")
        self.longshore.wait("page tab", "Overview").press()
        self.longshore.wait("label", sentence)

    def action(self, name):
        """The button in the overview."""
        overview = self.longshore.wait("filler", "Overview")
        return self.longshore.wait("push button", name, within=overview)

    def press_row_button(self):
        """The one that is painted at the right end of the row, with the mouse."""
        x, y, width, height = self.longshore.row(NAME).rectangle
        self.screen.click(x + width - 30, y + height // 2)

    def wait_completed(self):
        self.longshore.wait_state(NAME, "completed", timeout=60)
        self.assertEqual(self.sandbox.content_of(NAME), self.file.read_bytes())

    def wait_sending(self):
        self.longshore.wait_state(NAME, "sending, ")
        # The service has been asked for it, and has begun to read.
        wait_until(lambda: self.longshore.tree.find("label", re.compile("part.* at once")),
                   "parts under way")

    # ---- What the service says

    def test_key(self):
        self.open(env={"OPENAI_API_KEY": "sk-sandbox-another"})
        self.wait_failed("The service did not accept the key")
        self.longshore.wait("label", "Check the key, its permissions, the organisation and the "
                                     "project.")
        self.longshore.says(r"HTTP 401 · invalid_api_key")
        self.longshore.says(r"^req_")
        self.action("Enter the Key…").press()
        self.longshore.dialog("Connection")
        self.longshore.wait("text", "API key").type_text(self.sandbox.key)
        self.longshore.answer("Connection", "OK")
        # Nobody tells the upload: it goes on by itself.
        self.wait_completed()

    def test_quota(self):
        message = "You exceeded your current quota, please check your plan."
        self.open([refusal(429, message, type="insufficient_quota", code="insufficient_quota")])
        self.wait_failed("The account's quota is used up")
        self.longshore.wait("label", "Look at the account's limits and billing, then try again.")
        self.longshore.wait("label", f"{message} · HTTP 429 · insufficient_quota")
        self.longshore.says(r"^req_")
        self.action("Try Again")
        self.press_row_button()
        self.wait_completed()

    def test_purpose(self):
        message = "Files of this kind can't be used for the purpose fine-tune."
        self.open([refusal(400, message, type="invalid_request_error", param="purpose")])
        self.wait_failed("The service refused the file for this purpose or MIME type")
        self.longshore.wait("label", "Choose a purpose that takes such files, or another MIME "
                                     "type.")
        self.longshore.says(f"^{message} · HTTP 400")
        self.longshore.says(r"^req_")
        self.action("Choose Another Purpose…").press()
        dialog = self.longshore.dialog("Purpose and MIME Type")
        self.longshore.wait("text", "Purpose", within=dialog).type_text("batch")
        self.longshore.answer("Purpose and MIME Type", "OK")
        self.wait_completed()
        self.assertEqual([file["purpose"] for file in self.sandbox.files()], ["batch"])

    def test_expired(self):
        self.open(arguments=["--lifetime", "4"], hold=True)
        self.wait_failed("The upload expired before it was finished")
        self.action("Start Again").press()
        self.longshore.wait_state(NAME, "ready to complete")
        self.longshore.press("Complete")
        self.wait_completed()

    # ---- The file

    def test_changed(self):
        self.open([SLOW])
        self.wait_sending()
        self.file.write_bytes(random_bytes(LARGE // 2, seed=1))
        self.wait_failed("The file is not as it was when it was added")
        self.longshore.wait("label", "Start the upload again to send the file as it is now.")
        self.action("Start Again").press()
        self.wait_completed()

    def test_gone(self):
        self.open([SLOW])
        self.wait_sending()
        self.longshore.press("Pause All")
        self.longshore.wait_state(NAME, "paused")
        elsewhere = self.folder / "elsewhere.bin"
        self.file.rename(elsewhere)
        self.longshore.press("Resume All")
        self.wait_failed("The file is not as it was when it was added")
        self.longshore.says("is gone")
        elsewhere.rename(self.file)
        self.action("Start Again").press()
        self.wait_completed()

    # ---- The way there

    def test_offline(self):
        self.sandbox = self.desktop.sandbox([SLOW])
        service = urlsplit(self.sandbox.url)
        relay = Relay(service.port)
        self.addCleanup(relay.cut)
        way = urlunsplit(service._replace(netloc=f"{service.hostname}:{relay.port}"))
        self.longshore = self.desktop.open_longshore(
            "--data-dir", self.desktop.new_folder("data"), self.file,
            env=self.sandbox.env | {"OPENAI_BASE_URL": way}).place()
        self.longshore.answer("Add Uploads", "Add")
        self.wait_sending()
        relay.cut()
        self.longshore.wait_state(NAME, "waiting, ")
        self.longshore.wait("page tab", "Overview").press()
        self.longshore.wait("label", "Waiting")
        self.action("Retry Now").press() # in vain
        relay.mend()
        self.wait_completed()
        # The same upload: what the service had was not sent again.
        self.assertEqual(self.sandbox.stop()["requests"]["create"], 1)


if __name__ == "__main__":
    unittest.main()
