"""Without a display, or with one that refuses, the program says so and ends; it never aborts."""

import os
import resource
import socket
import struct
import threading
import unittest

from desktop import DesktopTest

USAGE_ERROR = 2
FIRST_X_PORT = 6000
REASON = b"No entry for you"


class RefusingServer:
    """An X server on TCP that refuses every client, as one does without a cookie."""

    def __enter__(self):
        self._socket = socket.socket()
        for number in range(200, 400):
            try:
                self._socket.bind(("127.0.0.1", FIRST_X_PORT + number))
                break
            except OSError:
                continue
        self.display = f"127.0.0.1:{self._socket.getsockname()[1] - FIRST_X_PORT}"
        self._socket.listen()
        threading.Thread(target=self._refuse_all, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _refuse_all(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client:
                client.recv(4096)
                padded = REASON + bytes(-len(REASON) % 4)
                head = struct.pack("<BBHHH", 0, len(REASON), 11, 0, len(padded) // 4)
                client.sendall(head + padded)


class DisplayTest(DesktopTest):
    desktop_options = {"accessibility": False}

    def setUp(self):
        # A core file would be an abort, whatever the exit code says.
        limits = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (limits[1], limits[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, limits)
        self.start_folder = self.desktop.new_folder("start")

    def assert_refused(self, env, *arguments):
        program = self.desktop.longshore(*arguments, "--data-dir", self.desktop.new_folder("data"),
                                         env=env, cwd=self.start_folder)
        self.assertEqual(program.exit_code(), USAGE_ERROR, program.output())
        lines = program.output().strip().splitlines()
        self.assertRegex(lines[-1], r"^longshore: .*display.*\.$", program.output())
        self.assertEqual(os.listdir(self.start_folder), [], "a core file")

    def test_none(self):
        for platform in ("xcb", None):
            for arguments in ((), ("--minimized",), ("--sandbox",)):
                with self.subTest(platform=platform, arguments=arguments):
                    self.assert_refused({"DISPLAY": None, "QT_QPA_PLATFORM": platform}, *arguments)

    def test_nobody_there(self):
        self.assert_refused({"DISPLAY": "127.0.0.1:59"})

    def test_refused(self):
        with RefusingServer() as server:
            self.assert_refused({"DISPLAY": server.display})


if __name__ == "__main__":
    unittest.main()
