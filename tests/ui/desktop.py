"""A desktop of a test's own: bus, screen, window manager, tray, keyring, and Longshore on it.

Everything lives below one temporary folder, and everything that was started has ended afterwards.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

from accessible import Accessibility  # noqa: E402
from longshore import LongshoreWindow  # noqa: E402
from processes import NotYet, Program, adopt_orphans, end_children, wait_until  # noqa: E402
from sandbox import Sandbox, md5  # noqa: E402
from screen import Screen  # noqa: E402
from statusnotifier import StatusNotifierItem, StatusNotifierTray, connect  # noqa: E402

# What tests need beside a Desktop.
__all__ = ["Desktop", "DesktopTest", "NotYet", "StatusNotifierItem", "StatusNotifierTray",
           "longshore_program", "md5", "wait_until"]

KEYRING_PASSWORD = b"of this test alone"

# What the programs of a desktop are started by over the bus. The keyring is not among them: whether
# there is one is for the test to say.
BUS_SERVICES = ["org.xfce.Xfconf.service", "ca.desrt.dconf.service"]

BUS_CONFIGURATION = """<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

WINDOW_MANAGER_CONFIGURATION = Path(__file__).with_name("openbox.xml").resolve()

# Kept from the tester's environment; all else would make runs differ.
KEPT = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
        "TMPDIR")


class Desktop:
    """`tray`: None, "trayer" (XEmbed) or "xfce4-panel" (StatusNotifierItem)."""

    def __init__(self, width=1280, height=800, tray=None, keyring=False, accessibility=True):
        self._size = (width, height)
        self._tray = tray
        self._keyring = keyring
        self._accessible = accessibility
        self.folder = None
        self.home = None
        self.env = {}
        self.screen = None
        self.accessibility = None
        self.bus = None
        self.programs = []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- Beginning and end

    def _start(self):
        adopt_orphans()
        self.folder = Path(tempfile.mkdtemp(prefix="longshore-ui-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        self.env = {name: os.environ[name] for name in KEPT if name in os.environ}
        # No language of the tester's: the tests look for English texts.
        self.env |= {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C.UTF-8",
                     "XDG_CONFIG_HOME": str(self.home / ".config"),
                     "XDG_DATA_HOME": str(self.home / ".local/share"),
                     "XDG_CACHE_HOME": str(self.home / ".cache"),
                     "XDG_STATE_HOME": str(self.home / ".local/state"),
                     "QT_QPA_PLATFORM": "xcb", "GDK_BACKEND": "x11", "GTK_CSD": "0"}
        self._start_bus()
        self._start_screen()
        if self._accessible:
            self._start_accessibility()
        if self._keyring:
            self._start_keyring()
        self._start_tray()

    def _start_bus(self):
        services = self.folder / "services"
        services.mkdir()
        for name in BUS_SERVICES:
            origin = Path("/usr/share/dbus-1/services") / name
            if origin.exists():
                shutil.copy(origin, services)
        configuration = self.folder / "bus.conf"
        configuration.write_text(
            BUS_CONFIGURATION.format(folder=self.folder, services=services), encoding="utf-8")
        # The services need the display, which is chosen later: they are told before they start.
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._first_line(
            lambda fd: ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile",
                        f"--print-address={fd}"])
        self.bus = connect(self.env["DBUS_SESSION_BUS_ADDRESS"])

    def _start_screen(self):
        width, height = self._size
        number = self._first_line(
            lambda fd: ["Xvfb", "-displayfd", fd, "-screen", 0, f"{width}x{height}x24", "-nolisten",
                        "tcp", "-noreset"])
        self.env["DISPLAY"] = f":{number}"
        self.screen = Screen(self.env)
        self.run("dbus-update-activation-environment", "DISPLAY")
        self.start("openbox", "--sm-disable", "--config-file", WINDOW_MANAGER_CONFIGURATION)
        wait_until(lambda: "0x" in self.screen.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"),
                   "the window manager")

    def _start_accessibility(self):
        self.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        self.start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately")
        wait_until(lambda: self.owns("org.a11y.Bus"), "the accessibility bus")
        self.accessibility = Accessibility(self.bus)
        wait_until(lambda: self.accessibility.applications() is not None, "the registry")

    def _start_keyring(self):
        subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--daemonize"],
                       input=KEYRING_PASSWORD, env=self.env, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True, timeout=30)
        wait_until(lambda: self.owns("org.freedesktop.secrets"), "the keyring")

    def _start_tray(self):
        if self._tray == "trayer":
            self.start("trayer", "--edge", "top", "--align", "right", "--width", 10, "--height", 28,
                       "--SetDockType", "true")
            wait_until(lambda: '"trayer"' in self.screen.run("xwininfo", "-root", "-tree"),
                       "the tray")
        elif self._tray == "xfce4-panel":
            self.start("xfce4-panel", "--disable-wm-check")
            wait_until(lambda: self.owns("org.kde.StatusNotifierWatcher"), "the panel's tray", 60)
        elif self._tray is not None:
            raise ValueError(self._tray)

    def _first_line(self, command):
        """Starts a program that writes one line to the file descriptor it is given."""
        read, write = os.pipe()
        try:
            self.start(*command(write), pass_fds=(write,))
        finally:
            os.close(write)
        with os.fdopen(read, encoding="ascii") as line:
            text = line.readline().strip()
        if not text:
            raise AssertionError(f"{self.programs[-1].name}: {self.programs[-1].output()}")
        return text

    def stop(self):
        if self.bus is not None:
            self.bus.close_sync(None)
        if self.accessibility is not None:
            self.accessibility.bus.close_sync(None)
        end_children(self.programs)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- Programs

    def start(self, *command, env=None, cwd=None, pass_fds=()):
        """A Program; `env` is added to the desktop's environment, a value of None takes away."""
        whole = self.env | (env or {})
        whole = {name: str(value) for name, value in whole.items() if value is not None}
        name = os.path.basename(str(command[0]))
        log = self.folder / f"{len(self.programs):02}-{name}.log"
        program = Program(command, whole, log, cwd or self.home, pass_fds)
        self.programs.append(program)
        return program

    def run(self, *command, env=None):
        """Output of a program that ends."""
        program = self.start(*command, env=env)
        code = program.exit_code()
        if code != 0:
            raise AssertionError(f"{program.command} ended with {code}: {program.output()}")
        return program.output()

    def longshore(self, *arguments, env=None, cwd=None):
        return self.start(longshore_program(), *arguments, env=env, cwd=cwd)

    def run_longshore(self, *arguments, env=None):
        """Output of a start that ends by itself."""
        return self.run(longshore_program(), *arguments, env=env)

    def open_longshore(self, *arguments, env=None, cwd=None):
        """Starts it and waits for its window, a LongshoreWindow."""
        return LongshoreWindow(self, self.longshore(*arguments, env=env, cwd=cwd))

    def sandbox(self, rules=None, data=None, arguments=()):
        """`longshore sandbox` with these rules of what goes wrong."""
        command = ["sandbox", "--data-dir", data or self.new_folder("sandbox"), *arguments]
        if rules:
            faults = self.new_folder("faults") / "faults.json"
            faults.write_text(json.dumps({"seed": 1, "rules": rules}), encoding="utf-8")
            command += ["--faults", faults]
        return Sandbox(self.longshore(*command))

    def owns(self, name):
        """Whether somebody on the session's bus has this name."""
        reply = self.bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "ListNames", None, None, Gio.DBusCallFlags.NONE, 10_000, None)
        return name in reply.unpack()[0]

    def program(self, name):
        """The last one of that name."""
        return [program for program in self.programs if program.name == name][-1]

    def tray_items(self):
        """What is registered with the panel's watcher, as "OWNER/PATH"."""
        return self.bus.call_sync(
            "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", ("org.kde.StatusNotifierWatcher",
                                  "RegisteredStatusNotifierItems")),
            None, Gio.DBusCallFlags.NONE, 10_000, None).unpack()[0]

    # ---- Files

    def new_folder(self, name):
        path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        return path

    def keep_evidence(self, where):
        """A picture, all programs' output and the accessible tree, for whoever reads a failure."""
        where.mkdir(parents=True, exist_ok=True)
        for program in self.programs:
            if program.log.exists():
                shutil.copy(program.log, where)
        if self.screen is not None:
            self.screen.screenshot(where / "screen.png")
        if self.accessibility is not None:
            for application in self.accessibility.applications():
                name = re.sub(r"\W+", "", application.name) or "unnamed"
                (where / f"tree-{name}.txt").write_text(application.tree(), encoding="utf-8")


def longshore_program():
    program = os.environ.get("LONGSHORE", "")
    if not os.access(program, os.X_OK):
        sys.exit("LONGSHORE must name the program to test.")
    return program


class DesktopTest(unittest.TestCase):
    """Each test gets a desktop of its own; a failed one leaves a picture of it."""

    desktop_options = {}

    def run(self, result=None):
        self.desktop = Desktop(**self.desktop_options)
        try:
            with self.desktop:
                self.screen = self.desktop.screen
                before = len(result.failures) + len(result.errors)
                super().run(result)
                if len(result.failures) + len(result.errors) > before:
                    self._keep_evidence()
        except (AssertionError, NotYet, OSError, subprocess.SubprocessError):
            # The desktop itself did not come up, or does not end.
            result.addError(self, sys.exc_info())

    def _keep_evidence(self):
        base = Path(os.environ.get("LONGSHORE_UI_EVIDENCE") or tempfile.gettempdir())
        where = base / "longshore-ui-failures" / self.id()
        shutil.rmtree(where, ignore_errors=True)
        try:
            self.desktop.keep_evidence(where)
        except (OSError, NotYet, subprocess.SubprocessError) as problem:
            print(f"Not all could be kept: {problem}", file=sys.stderr)
        print(f"What the desktop looked like: {where}", file=sys.stderr)
