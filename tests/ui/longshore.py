"""Longshore's window as a person sees it: by the names that its controls have."""

import re

from processes import NotYet, wait_until

# Large enough that all columns of the parts that tests need are on the screen.
PLACE = (20, 30, 1100, 700)
DIALOGS = ("dialog", "alert message")


class LongshoreWindow:
    """Made by Desktop.open_longshore()."""

    def __init__(self, desktop, program):
        self.program = program
        self.screen = desktop.screen
        self.window = wait_until(self._find_window, "Longshore's window")
        self.tree = wait_until(lambda: desktop.accessibility.application(program.pid),
                               "what Longshore says to screen readers")

    def _find_window(self):
        if not self.program.is_running():
            raise AssertionError(f"Longshore ended: {self.program.output()}")
        return self.screen.find_window("Longshore", pid=self.program.pid)

    def place(self, x=PLACE[0], y=PLACE[1], width=PLACE[2], height=PLACE[3]):
        """Where nothing of it is off the screen."""
        self.screen.place(self.window, x, y, width, height)
        return self

    # ---- Controls

    def wait(self, role, name, timeout=30, within=None):
        """A control that is on the screen; `name`: the text or a compiled expression."""
        return wait_until(lambda: (within or self.tree).find(role, name), f"{role} {name}", timeout)

    def wait_gone(self, role, name):
        wait_until(lambda: not self.tree.find_all(role, name), f"no {role} {name} any more")

    def button(self, name, role="push button"):
        """One that can be pressed now."""
        def usable():
            for button in self.tree.find_all(role, name):
                if "enabled" in button.states:
                    return button
            raise NotYet(f"no {role} {name} that can be pressed")
        return wait_until(usable, f"{role} {name}, enabled")

    def press(self, name, role="push button"):
        self.button(name, role).press()

    def click(self, name, role="push button"):
        """With the mouse."""
        self.screen.click(*self.button(name, role).middle)

    def dialog(self, name=None):
        """A dialog or question that is open."""
        def found():
            for child in self.tree.children():
                if (child.role in DIALOGS and "showing" in child.states
                        and name in (None, child.name)):
                    return child
            raise NotYet(f"no dialog {name or ''}")
        return wait_until(found, f"dialog {name or ''}")

    def answer(self, dialog, button):
        """Presses a button of a dialog and waits until it has closed."""
        box = self.dialog(dialog)
        self.wait("push button", button, within=box).press()
        self.wait_gone(box.role, box.name)

    def menu(self, menu, item):
        """Chooses from the menu bar."""
        for entry in self.tree.find_all("menu item", menu):
            found = entry.find("menu item", item, showing=False)
            wait_until(lambda found=found: "enabled" in found.states, f"{menu}, {item}: enabled")
            return found.press()
        raise AssertionError(f"no menu {menu}")

    def says(self, text, role="label"):
        """Waits for a sentence on the screen."""
        return self.wait(role, re.compile(text))

    # ---- The queue

    def _rows_of(self, name):
        view = self.tree.find("tree", name)
        children = view.children()
        columns = 0
        while columns < len(children) and children[columns].role == "column header":
            columns += 1
        return children[columns::columns] if columns else []

    def rows(self):
        """The queue as sentences, from the top; nothing if it is empty."""
        try:
            return [row.name for row in self._rows_of("Uploads")]
        except NotYet:
            return []

    def names(self):
        return [row.partition(", ")[0] for row in self.rows()]

    def row(self, name):
        for row in self._rows_of("Uploads"):
            if row.name.startswith(f"{name}, "):
                return row
        raise NotYet(f"no upload {name}")

    def wait_state(self, name, state, timeout=30):
        """Until the row reads "NAME, STATE…", where STATE is an expression."""
        def reached():
            row = self.row(name)
            if re.match(state, row.name[len(name) + 2:]):
                return row
            raise NotYet(row.name)
        return wait_until(reached, f"{name}: {state}", timeout)

    def select(self, name, modifier=None):
        """By a click on it."""
        x, y, _, height = self.row(name).rectangle
        self.screen.click(x + 60, y + height // 2, modifier=modifier)
        wait_until(lambda: "selected" in self.row(name).states, f"{name} selected")

    # ---- The parts of the selected upload

    def part_rows(self):
        return self._rows_of("Parts")

    def parts(self):
        """Their numbers in the order shown."""
        return [int(re.match(r"Part (\d+) of", row.name)[1]) for row in self.part_rows()]

    def wait_parts(self, numbers):
        wait_until(lambda: self.parts() == list(numbers), f"parts in the order {list(numbers)}")

    def select_part(self, place):
        """By a click on the row there, from 0."""
        x, y, _, height = self.part_rows()[place].rectangle
        self.screen.click(x + 10, y + height // 2)
        wait_until(lambda: "selected" in self.part_rows()[place].states, f"row {place} selected")
