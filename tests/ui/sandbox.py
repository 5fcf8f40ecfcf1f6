"""An Uploads service on this machine, as a process of its own, and what it has got."""

import hashlib
import json
import re
import signal
import urllib.request

from processes import NotYet, wait_until

ANSWER_SECONDS = 30


class Sandbox:
    """Made by Desktop.sandbox()."""

    def __init__(self, program):
        self.program = program
        wait_until(lambda: len(self._said()) == 2, "the sandbox's address")
        self.env = self._said()
        self.url = self.env["OPENAI_BASE_URL"]
        self.key = self.env["OPENAI_API_KEY"]

    def _said(self):
        return dict(re.findall(r"^(OPENAI_\w+)=(.*)\n", self.program.output(), re.MULTILINE))

    def _get(self, path):
        request = urllib.request.Request(self.url + path,
                                         headers={"Authorization": f"Bearer {self.key}"})
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.read()

    def files(self):
        """The service's file objects, oldest first."""
        return json.loads(self._get("/files?order=asc"))["data"]

    def content(self, file_id):
        return self._get(f"/files/{file_id}/content")

    def content_of(self, filename):
        """The bytes of the only file with that name; raises NotYet."""
        found = [file for file in self.files() if file["filename"] == filename]
        if len(found) != 1:
            raise NotYet(f"{len(found)} files named {filename}")
        return self.content(found[0]["id"])

    def wait_content(self, filename, timeout=60):
        return wait_until(lambda: self.content_of(filename), f"{filename} at the service", timeout)

    def stop(self):
        """Ends it and gives what it has counted."""
        self.program.stop(signal.SIGTERM)
        return json.loads(self.program.output().strip().splitlines()[-1])


def md5(data):
    return hashlib.md5(data).hexdigest()
