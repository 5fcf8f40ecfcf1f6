"""The X screen as a person uses it: its windows, the pointer, the keyboard."""

import re
import subprocess
import time
from collections import namedtuple

from processes import NotYet, wait_until

# As fast as a quick hand; toolkits tell a drag from a click by the distance.
DRAG_STEPS = 10
HAND_SECONDS = 0.08
# A menu is wider than an icon in a tray.
POPUP_WIDTH = 60

Window = namedtuple("Window", "id title program pid")
Rectangle = namedtuple("Rectangle", "x y width height")


class Screen:
    def __init__(self, env):
        self.env = env

    def run(self, *command):
        """Output of one of X's tools; raises NotYet where it fails, such as for a gone window."""
        done = subprocess.run([str(word) for word in command], env=self.env, text=True,
                              errors="replace", capture_output=True, check=False, timeout=30)
        if done.returncode != 0:
            raise NotYet(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
        return done.stdout

    # ---- Windows

    def windows(self):
        """What the window manager manages, also what is iconified."""
        listed = self.run("xprop", "-root", "_NET_CLIENT_LIST")
        return [self._describe(number) for number in re.findall(r"0x[0-9a-f]+", listed)]

    def _describe(self, number):
        said = self.run("xprop", "-id", number, "_NET_WM_NAME", "WM_NAME", "WM_CLASS",
                        "_NET_WM_PID")
        values = dict(re.findall(r'^(\w+)(?:\([^)]*\))? = (.*)$', said, re.MULTILINE))
        title = values.get("_NET_WM_NAME") or values.get("WM_NAME") or ""
        classes = re.findall(r'"([^"]*)"', values.get("WM_CLASS", ""))
        return Window(int(number, 16), title.strip('"'), classes[-1] if classes else "",
                      int(values.get("_NET_WM_PID", 0)))

    def process_of(self, number):
        """The process that made a window, or 0."""
        said = self.run("xprop", "-id", number, "_NET_WM_PID").partition("=")[2].strip()
        return int(said) if said else 0

    def find_window(self, title=None, pid=None, program=None):
        """The first managed window with a title that matches the expression, of a process, of a
        program by its class. Raises NotYet."""
        for window in self.windows():
            if ((title is None or re.search(title, window.title))
                    and pid in (None, window.pid)
                    and (program is None or re.search(program, window.program, re.IGNORECASE))):
                return window
        raise NotYet(f"no window {title or ''} of {pid or program or 'any program'}")

    def wait_window(self, title=None, pid=None, program=None):
        return wait_until(lambda: self.find_window(title, pid, program),
                          f"a window {title or ''} of {pid or program or 'any program'}")

    def popup(self, pid):
        """A menu or the like of a process, which no window manager cares for. Raises NotYet."""
        managed = {window.id for window in self.windows()}
        for number in self.run("xdotool", "search", "--onlyvisible", "--pid", pid, "").split():
            if int(number) not in managed and self.rectangle(int(number)).width > POPUP_WIDTH:
                return self.rectangle(int(number))
        raise NotYet(f"no menu of process {pid}")

    def states(self, window):
        """Such as {"HIDDEN"} for an iconified one, {"FOCUSED"}, {"DEMANDS_ATTENTION"}."""
        said = self.run("xprop", "-id", window.id, "_NET_WM_STATE")
        return set(re.findall(r"_NET_WM_STATE_(\w+)", said.partition("=")[2]))

    def is_shown(self, window):
        """On the screen: neither withdrawn nor iconified."""
        try:
            return "IsViewable" in self.run("xwininfo", "-id", window.id)
        except NotYet:
            return False

    def active_window(self):
        said = self.run("xprop", "-root", "_NET_ACTIVE_WINDOW")
        number = re.search(r"0x[0-9a-f]+", said)
        return int(number[0], 16) if number else 0

    def stacking(self):
        """The managed windows, the topmost last."""
        listed = self.run("xprop", "-root", "_NET_CLIENT_LIST_STACKING")
        return [int(number, 16) for number in re.findall(r"0x[0-9a-f]+", listed)]

    def rectangle(self, window):
        """Of the content, without the frame."""
        said = self.run("xwininfo", "-id", getattr(window, "id", window))
        values = dict(re.findall(r"^ *([A-Z][\w -]+): +(-?\d+)$", said, re.MULTILINE))
        return Rectangle(int(values["Absolute upper-left X"]), int(values["Absolute upper-left Y"]),
                         int(values["Width"]), int(values["Height"]))

    def activate(self, window):
        self.run("xdotool", "windowactivate", window.id)
        wait_until(lambda: self.active_window() == window.id, f"the focus in {window.title}")

    def place(self, window, x, y, width, height):
        """Moves and sizes it; the frame's place and the content's size."""
        self.run("xdotool", "windowmove", window.id, x, y, "windowsize", window.id, width, height)

        def there():
            now = self.rectangle(window)
            return (abs(now.width - width) <= 40 and abs(now.height - height) <= 40
                    and abs(now.x - x) <= 40 and abs(now.y - y) <= 60)
        wait_until(there, f"{window.title} at {x},{y} with {width}x{height}")
        return self.rectangle(window)

    def close(self, window):
        """As its frame's close button does."""
        self.activate(window)
        self.key("alt+F4")

    def minimise(self, window):
        self.run("xdotool", "windowminimize", window.id)

    def screenshot(self, path):
        self.run("import", "-window", "root", path)

    def pixels(self, x, y, width, height):
        """Shades of grey of an area, row by row."""
        command = ["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8",
                   "gray:-"]
        done = subprocess.run(command, env=self.env, capture_output=True, check=False, timeout=30)
        if len(done.stdout) != width * height:
            raise NotYet(done.stderr.decode(errors="replace"))
        return done.stdout

    # ---- Pointer and keyboard

    def move(self, x, y):
        self.run("xdotool", "mousemove", x, y)

    def click(self, x, y, button=1, modifier=None):
        held = ["keydown", modifier] if modifier else []
        released = ["keyup", modifier] if modifier else []
        self.run("xdotool", "mousemove", x, y, *held, "click", button, *released)

    def key(self, *keys):
        """Into the window with the focus, such as "alt+Up"."""
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text):
        self.run("xdotool", "type", "--delay", 20, text)

    def drag(self, start, end, modifier=None):
        """With the left button, in steps that a hand makes; programs need to see it move."""
        if modifier:
            self.run("xdotool", "keydown", modifier)
        self.run("xdotool", "mousemove", *start, "mousedown", 1)
        try:
            for step in (5, 15, 30):
                self._hand(start[0] + step, start[1] + step // 3)
            left, top = start[0] + 30, start[1] + 10
            for step in range(1, DRAG_STEPS + 1):
                self._hand(left + (end[0] - left) * step // DRAG_STEPS,
                           top + (end[1] - top) * step // DRAG_STEPS)
            # The target has to have said that it takes it, which it does upon a move.
            for wiggle in (1, 0, 1, 0):
                self._hand(end[0] + wiggle, end[1])
        finally:
            self.run("xdotool", "mouseup", 1)
            if modifier:
                self.run("xdotool", "keyup", modifier)

    def _hand(self, x, y):
        self.move(x, y)
        time.sleep(HAND_SECONDS)
