"""What a screen reader sees and does: the AT-SPI tree, spoken to over its bus.

Straight over D-Bus, without a cache in between: what is asked is what the program says now.
"""

import re
from collections import deque

from gi.repository import Gio, GLib

from processes import NotYet
from statusnotifier import connect

CALL_MS = 10_000
SCREEN = 0
# Of the protocol's list of states, those that tests ask for.
STATES = {
    1: "active", 4: "checked", 8: "enabled", 12: "focused", 16: "modal", 20: "pressed",
    23: "selected", 24: "sensitive", 25: "showing", 30: "visible",
}


class Accessibility:
    """The accessibility bus of a session."""

    def __init__(self, session):
        reply = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                  None, None, Gio.DBusCallFlags.NONE, CALL_MS, None)
        self.bus = connect(reply.unpack()[0])

    def applications(self):
        root = Accessible(self, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        return root.children()

    def application(self, pid):
        """The root of a process's tree."""
        for application in self.applications():
            if self.pid_of(application) == pid:
                return application
        raise NotYet(f"process {pid} shows nothing to screen readers")

    def pid_of(self, accessible):
        try:
            return self.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                             "GetConnectionUnixProcessID",
                             GLib.Variant("(s)", (accessible.owner,)))[0]
        except NotYet:
            return None

    def call(self, owner, path, interface, method, arguments=None):
        try:
            return self.bus.call_sync(owner, path, interface, method, arguments, None,
                                      Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()
        except GLib.Error as error:
            # Widgets come and go between two questions.
            raise NotYet(error.message) from error


class Accessible:
    """A control, a row, a window."""

    def __init__(self, accessibility, owner, path):
        self._accessibility = accessibility
        self.owner = owner
        self.path = path

    def __eq__(self, other):
        return (self.owner, self.path) == (other.owner, other.path)

    def __hash__(self):
        return hash((self.owner, self.path))

    def __repr__(self):
        try:
            return f"<{self.role} {self.name!r}>"
        except NotYet:
            return "<gone>"

    def _call(self, interface, method, signature=None, *arguments):
        variant = GLib.Variant(signature, arguments) if signature else None
        return self._accessibility.call(self.owner, self.path, f"org.a11y.atspi.{interface}",
                                        method, variant)

    def _property(self, interface, name):
        return self._accessibility.call(
            self.owner, self.path, "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", (f"org.a11y.atspi.{interface}", name)))[0]

    # ---- What it is

    @property
    def name(self):
        return self._property("Accessible", "Name")

    @property
    def description(self):
        return self._property("Accessible", "Description")

    @property
    def role(self):
        """Such as "push button", "check box", "table cell", "label", "dialog", "frame"."""
        return self._call("Accessible", "GetRoleName")[0]

    @property
    def states(self):
        low, high = self._call("Accessible", "GetState")[0]
        bits = low | high << 32
        return {name for bit, name in STATES.items() if bits >> bit & 1}

    def children(self):
        return [Accessible(self._accessibility, owner, path)
                for owner, path in self._call("Accessible", "GetChildren")[0]]

    @property
    def text(self):
        """The content of a text field, or of a label."""
        length = self._property("Text", "CharacterCount")
        return self._call("Text", "GetText", "(ii)", 0, length)[0]

    @property
    def value(self):
        return self._property("Value", "CurrentValue")

    @property
    def rectangle(self):
        """x, y, width, height on the screen."""
        return self._call("Component", "GetExtents", "(u)", SCREEN)[0]

    @property
    def middle(self):
        x, y, width, height = self.rectangle
        return x + width // 2, y + height // 2

    # ---- What can be done with it

    def press(self):
        """Its first action: press, toggle, open."""
        assert self._call("Action", "DoAction", "(i)", 0)[0], f"{self!r} can't be pressed"

    def type_text(self, text):
        """Replaces what the field holds."""
        assert self._call("EditableText", "SetTextContents", "(s)", text)[0], f"{self!r} is fixed"

    # ---- Looking for others in it

    def find_all(self, role=None, name=None, showing=True):
        """All below, breadth first. `role` and `name`: the text, or a compiled expression that is
        found in it."""
        found = []
        waiting = deque([self])
        while waiting:
            # Those that went away meanwhile are none.
            try:
                children = waiting.popleft().children()
            except NotYet:
                continue
            for child in children:
                try:
                    if showing and "showing" not in child.states:
                        continue
                    if _matches(child, role, name):
                        found.append(child)
                except NotYet:
                    continue
                waiting.append(child)
        return found

    def find(self, role=None, name=None, showing=True):
        """The first of find_all(); raises NotYet, for wait_until()."""
        found = self.find_all(role, name, showing)
        if not found:
            raise NotYet(f"no {role or 'control'} {name!r} in {self!r}")
        return found[0]

    def tree(self, depth=0):
        """All below as text, for a failure's message."""
        try:
            lines = [f"{'  ' * depth}{self.role} {self.name!r} {sorted(self.states)}"]
            for child in self.children():
                lines.append(child.tree(depth + 1))
        except NotYet as reason:
            lines = [f"{'  ' * depth}gone: {reason}"]
        return "\n".join(lines)


def _matches(accessible, role, name):
    return _fits(accessible, "role", role) and _fits(accessible, "name", name)


def _fits(accessible, attribute, wanted):
    if wanted is None:
        return True
    value = getattr(accessible, attribute)
    if isinstance(wanted, re.Pattern):
        return wanted.search(value) is not None
    return value == wanted
