"""Programs started by a test, waited for, and ended with all that they started themselves."""

import ctypes
import os
import signal
import subprocess
import time

POLL_SECONDS = 0.05
# Not a measure of the program: other tests may use the machine at the same time.
PATIENCE_SECONDS = 30
PR_SET_CHILD_SUBREAPER = 36


class NotYet(Exception):
    """What is looked for isn't there (yet)."""


def wait_until(condition, what, timeout=PATIENCE_SECONDS):
    """Gives the first truthy value of `condition()`, where NotYet means no. Fails after `timeout`
    seconds."""
    end = time.monotonic() + timeout
    last = None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = f"it is {value!r}"
        except NotYet as reason:
            last = str(reason)
        if time.monotonic() > end:
            raise AssertionError(f"Not within {timeout} s: {what}. Last: {last}")
        time.sleep(POLL_SECONDS)


class Program:
    """A process in a group of its own, whose output goes to a file."""

    def __init__(self, command, env, log, cwd=None, pass_fds=()):
        self.command = [str(word) for word in command]
        self.name = os.path.basename(self.command[0])
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                self.command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True, pass_fds=pass_fds)
        self.pid = self.process.pid

    def output(self):
        """What it has written so far, to stdout and stderr."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self):
        return self.process.poll() is None

    def exit_code(self, timeout=PATIENCE_SECONDS):
        """Waits for its end; a signal gives a negative number."""
        wait_until(lambda: not self.is_running(), f"the end of {self.name}", timeout)
        return self.process.returncode

    def stop(self, number=signal.SIGTERM, timeout=PATIENCE_SECONDS):
        """Ends it as a session does that ends; gives the exit code."""
        if self.is_running():
            os.kill(self.pid, number)
        return self.exit_code(timeout)


def adopt_orphans():
    """From now on what a child leaves behind is ours, so that end_children() finds it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children():
    """Processes below this one."""
    parents = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(entry)] = int(fields[1])
    found = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found - {os.getpid()}
        found |= more


def end_children(programs):
    """Ends every process that this one started, directly or not, and nothing else. `programs` are
    those of them that a Program stands for."""
    end = time.monotonic() + PATIENCE_SECONDS
    while left := _children():
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if time.monotonic() > end:
            raise AssertionError(f"Processes that can't be ended: {sorted(left)}")
        time.sleep(POLL_SECONDS)
    for program in programs:
        program.process.wait()
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
