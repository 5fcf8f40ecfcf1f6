"""Pictures of the window in its states, for people to look at: screenshots.py FOLDER [SCENE...].

LONGSHORE names the program. Uploads go to a sandbox that is slow enough for a picture.
"""

import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from desktop import Desktop, NotYet, wait_until
from files import random_bytes

MB = 1_000_000
PLACE = (40, 40, 1100, 780)
WIDE = {"width": 1280, "height": 900}
LINE = b'{"messages":[{"role":"user","content":"What is this?"}]}\n'
SETTINGS = ("[preferences]\naskBeforeAdding=false\nlanes={lanes}\nnotifications=false\n"
            "rateLimit={rate}\n")
# Parts by the number of their request: those of the first uploads, and slow ones for the picture.
MODERATE = {"call": "part", "nth": list(range(2, 11)), "action": "slow", "rate": 3 * MB}
SLOW = {"call": "part", "nth": list(range(11, 500)), "action": "slow", "rate": 250_000}
LATE = {"call": "part", "action": "delay", "ms": 5000}
# Larger files are all zeros, and take no room.
LARGEST_REAL = 1000 * MB
MANY = 10_000
# Looks at a number that does not change any more.
STILL = 10


def refusal(nth, status, message, headers=None, **error):
    rule = {"call": "create", "nth": nth, "action": "status", "status": status,
            "body": {"error": {"message": message, "param": None, "code": None, **error}}}
    return rule | ({"headers": headers} if headers else {})


class Stage:
    """A desktop with the window on it, and a camera."""

    def __init__(self, desktop, folder):
        self.desktop = desktop
        self._folder = folder
        self.data = desktop.new_folder("data")
        self.files = desktop.home / "datasets"
        self.files.mkdir()
        self.longshore = None
        self._env = {}

    def settings(self, lanes=4, rate=0):
        (self.data / "settings.ini").write_text(SETTINGS.format(lanes=lanes, rate=rate),
                                                encoding="utf-8")

    def file(self, name, size):
        path = self.files / name
        if size > LARGEST_REAL:
            with path.open("wb") as sparse:
                sparse.truncate(size)
        elif name.endswith(".jsonl"):
            path.write_bytes(LINE * (size // len(LINE)))
        else:
            path.write_bytes(random_bytes(size))
        return path

    def open(self, *arguments, rules=None, place=PLACE, env=None, sandbox=True):
        self._env = env or {}
        if sandbox:
            self._env = self._env | self.desktop.sandbox(rules).env
        self.longshore = self.desktop.open_longshore("--data-dir", self.data, *arguments,
                                                     env=self._env).place(*place)
        return self.longshore

    def add(self, name, size, state=None):
        """By a second start, as from a file manager; waits for the state."""
        second = self.desktop.longshore("--data-dir", self.data, self.file(name, size),
                                        env=self._env)
        second.exit_code()
        if state:
            self.longshore.wait_state(name, state, timeout=30)

    def select(self, name):
        x, y, _, height = self.longshore.row(name).rectangle
        # Screen readers are told the places that there would be at 100 %.
        scale = self._env.get("QT_SCALE_FACTOR", 1)
        self.desktop.screen.click((x + 60) * scale, (y + height // 2) * scale)
        wait_until(lambda: "selected" in self.longshore.row(name).states, f"{name} selected")

    def shoot(self, name, window=None):
        """The window's place on the screen, with what is above it."""
        screen = self.desktop.screen
        x, y, width, height = screen.rectangle(window or self.longshore.window)
        screen.run("import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "+repage",
                   self._folder / f"{name}.png")


def empty(stage):
    stage.open("--sandbox", sandbox=False)
    stage.longshore.says("Drop files or folders here")
    stage.shoot("empty")


def fill_running(stage, place=PLACE, env=None, waiting=False):
    """Uploads in all states. One that waits takes the place of the second that is sent."""
    stage.settings(lanes=12)
    overloaded = refusal(5, 503, "The engine is currently overloaded.", {"Retry-After": "55"})
    stage.open(place=place, env=env, rules=[
        refusal(2, 400, "Images of this kind are not supported for the purpose 'user_data'.",
                param="purpose"),
        {"call": "part", "nth": 12, "action": "status", "status": 500},
        *([overloaded] if waiting else []), MODERATE, SLOW])
    stage.add("eval.jsonl", 3 * MB, "completed")
    stage.add("chart.png", 2 * MB, "failed")
    stage.add("lecture.mp4", 35 * MB, r"sending, [1-9]")
    stage.select("lecture.mp4")
    stage.longshore.menu("Upload", "Pause")
    stage.longshore.wait_state("lecture.mp4", "paused")
    stage.add("train-2026.jsonl", 62 * MB, "sending")
    stage.add("scans.zip", 30 * MB, "waiting" if waiting else "sending")
    for name, size in (("notes.md", 200_000), ("backup.tar.gz", 120 * MB), ("old.csv", 5 * MB)):
        stage.add(name, size, "queued")
    stage.select("old.csv")
    stage.longshore.menu("Upload", "Cancel")
    stage.longshore.wait_state("old.csv", "cancelled")
    for name in ("scans.zip", "train-2026.jsonl"):
        stage.select(name)
        stage.longshore.menu("Upload", "Move to Top")
        wait_until(lambda name=name: stage.longshore.names()[0] == name, f"{name} at the top")
    stage.longshore.wait_state("train-2026.jsonl", r"sending, [1-9]")


def running(stage):
    fill_running(stage)
    # The last and smallest of those under way has arrived; the others are somewhere in between.
    stage.longshore.wait_state("train-2026.jsonl", "sending, 59 percent")
    stage.shoot("running")


def failed(stage):
    fill_running(stage, waiting=True)
    stage.select("chart.png")
    stage.longshore.wait("page tab", "Overview").press()
    stage.longshore.says("^Images of this kind")
    stage.shoot("failed")


def start_portal(stage):
    """Before the window, which asks it once and then listens."""
    portal = stage.desktop.start(sys.executable, "-B", Path(__file__).with_name("portal.py"))
    wait_until(lambda: stage.desktop.owns("org.freedesktop.portal.Desktop"), "the portal")
    return portal


def darken(stage, portal):
    before = stage.desktop.screen.pixels(*stage.longshore.tree.find("tree", "Uploads").rectangle)
    os.kill(portal.pid, signal.SIGUSR1)

    def is_dark():
        area = stage.longshore.tree.find("tree", "Uploads").rectangle
        now = stage.desktop.screen.pixels(*area)
        return sum(now) * 2 < sum(before)
    wait_until(is_dark, "the dark window")


def dark(stage):
    portal = start_portal(stage)
    fill_running(stage)
    darken(stage, portal)
    stage.shoot("dark")
    stage.select("chart.png")
    stage.longshore.wait("page tab", "Overview").press()
    stage.longshore.says("^Images of this kind")
    stage.shoot("dark-failed")


def double(stage):
    fill_running(stage, place=(60, 80, 2200, 1440), env={"QT_SCALE_FACTOR": 2})
    stage.shoot("double")


def narrow(stage):
    fill_running(stage, place=(40, 40, 480, 780), waiting=True)
    stage.shoot("narrow")
    stage.select("chart.png")
    stage.longshore.wait("page tab", "Overview").press()
    stage.shoot("narrow-failed")


def fill_undecided(stage, place=PLACE, env=None):
    """Uploads that need the user, and one that waits."""
    stage.settings(rate=MB)
    stage.open(place=place, env=env, rules=[
        {"call": "complete", "nth": 2, "action": "lost"},
        # After the first file was looked at.
        {"call": "files", "nth": 2, "action": "status", "status": 403,
         "body": {"error": {"message": "You have no permission to list files."}}},
        refusal(3, 503, "The engine is currently overloaded.", {"Retry-After": "55"})])
    stage.add("lecture.mp4", 5 * MB, "completed")
    stage.add("answers.jsonl", MB, "may have completed")
    stage.add("backup.tar.gz", 8000 * MB, "needs your decision")
    stage.add("scans.zip", 3 * MB, "waiting")
    stage.longshore.wait("page tab", "Overview").press()


def shoot_undecided(stage, name):
    for file, sentence in (("answers.jsonl", "^All of it was sent"),
                           ("backup.tar.gz", "^Begins all the same"),
                           ("scans.zip", "^Waiting until")):
        stage.select(file)
        stage.longshore.says(sentence)
        stage.shoot(f"{name}-{file.partition('.')[0]}")
    stage.longshore.press("Retry Now")
    stage.longshore.wait_state("scans.zip", "completed")
    stage.select("backup.tar.gz")
    stage.longshore.menu("Upload", "Send Anyway")
    stage.longshore.says("^Will hardly be done")
    stage.shoot(f"{name}-late")


def undecided(stage):
    fill_undecided(stage)
    shoot_undecided(stage, "undecided")
    stage.select("answers.jsonl")
    stage.longshore.menu("Upload", "Start Again…")
    stage.longshore.dialog("Start Again")
    stage.shoot("undecided-question")


def undecided_dark(stage):
    portal = start_portal(stage)
    fill_undecided(stage)
    darken(stage, portal)
    shoot_undecided(stage, "undecided-dark")


def undecided_narrow(stage):
    fill_undecided(stage, place=(40, 40, 480, 780))
    shoot_undecided(stage, "undecided-narrow")


def undecided_double(stage):
    fill_undecided(stage, place=(60, 80, 2200, 1440), env={"QT_SCALE_FACTOR": 2})
    shoot_undecided(stage, "undecided-double")


def break_journal(stage):
    """What is there is no file, which no privileges help with."""
    (stage.data / "journal.sqlite").mkdir()
    stage.settings()


def journal(stage):
    portal = start_portal(stage)
    break_journal(stage)
    stage.open(rules=[MODERATE, SLOW])
    stage.longshore.says("can't be resumed")
    stage.add("train-2026.jsonl", 62 * MB, "sending")
    stage.shoot("journal")
    darken(stage, portal)
    stage.shoot("journal-dark")


def journal_narrow(stage):
    break_journal(stage)
    stage.open(place=(40, 40, 480, 780))
    stage.longshore.says("can't be resumed")
    stage.shoot("journal-narrow")


def held(stage):
    path = stage.file("recordings.tar", 62 * MB)
    stage.open(path, place=(40, 40, 1100, 720))
    stage.longshore.dialog("Add Uploads")
    stage.longshore.press("Hold: let me arrange the parts before completing", "check box")
    stage.longshore.answer("Add Uploads", "Add")
    stage.longshore.wait_state("recordings.tar", "ready to complete", timeout=60)
    stage.longshore.wait_parts(range(1, 9))
    stage.longshore.select_part(5)
    stage.desktop.screen.key("alt+Home")
    stage.longshore.wait_parts([6, 1, 2, 3, 4, 5, 7, 8])
    stage.longshore.select_part(6)
    stage.desktop.screen.key("alt+Up", "alt+Up")
    stage.longshore.wait_parts([6, 1, 2, 3, 7, 4, 5, 8])
    stage.shoot("held")


def combined(stage):
    files = [stage.file(f"chapter-{number}.jsonl", size * MB)
             for number, size in ((1, 20), (2, 14), (3, 26))]
    stage.open(*files)
    stage.longshore.dialog("Add Uploads")
    stage.shoot("adding")
    stage.longshore.press("Combine into one upload:", "radio button")
    stage.longshore.wait("text", "Name of the combined upload").type_text("book.jsonl")
    stage.longshore.press("Hold: let me arrange the parts before completing", "check box")
    stage.shoot("combining")
    stage.longshore.answer("Add Uploads", "Add")
    stage.longshore.wait_state("book.jsonl", "ready to complete", timeout=60)
    stage.longshore.click("Whole files: keep each file's parts together", "check box")
    stage.longshore.select_part(3)
    stage.desktop.screen.key("alt+Home")
    wait_until(lambda: stage.longshore.parts()[0] != 1, "another order")
    stage.shoot("combined")


def connection(stage):
    stage.open(sandbox=False)
    dialog = stage.longshore.dialog("Connection")
    stage.shoot("connection-first")
    stage.longshore.wait("text", "API key", within=dialog).type_text("sk-of-nobody")
    stage.shoot("connection")


def settings(stage):
    stage.open("--sandbox", sandbox=False)
    stage.longshore.menu("File", "Settings…")
    stage.longshore.dialog()
    stage.shoot("settings")


def many(stage):
    """Without screen readers: asking them about as many cells takes its time."""
    stage.settings()
    folder = stage.files / "many"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"page-{number:05}.txt").write_bytes(b"text\n" * (1 + number % 90))
    screen = stage.desktop.screen
    env = stage.desktop.sandbox([LATE]).env
    program = stage.desktop.longshore("--data-dir", stage.data, folder, env=env)
    window = screen.wait_window("Longshore", pid=program.pid)
    screen.place(window, *PLACE)
    screen.activate(screen.wait_window("Many Files", pid=program.pid))
    screen.key("alt+a")
    wait_until(lambda: screen.active_window() == window.id, "the window in front")

    def journal():
        try:
            with closing(sqlite3.connect(f"file:{stage.data}/journal.sqlite?mode=ro",
                                         uri=True)) as database:
                return database.execute("select count(*) from uploads").fetchone()[0]
        except sqlite3.Error as error:
            raise NotYet(str(error)) from error
    wait_until(lambda: journal() == MANY, "all in the journal", 120)

    def list_area():
        x, y, width, height = screen.rectangle(window)
        return x, y + height // 6, width, height // 4

    def lower_left():
        x, y, width, height = screen.rectangle(window)
        return screen.pixels(x, y + height - 30, width // 2, 30)
    before, same = lower_left(), 0
    while same < STILL:
        now = lower_left()
        same = same + 1 if now == before else 0
        before = now
    stage.shoot("many", window)
    shown = screen.pixels(*list_area())
    screen.key("Down", "Home")
    wait_until(lambda: screen.pixels(*list_area()) != shown, "the first row")
    stage.shoot("many-top", window)


SCENES = {scene.__name__: scene for scene in (
    empty, running, held, combined, failed, dark, double, narrow, many, connection, settings,
    undecided, undecided_dark, undecided_narrow, undecided_double, journal, journal_narrow)}
LARGE = {"width": 2400, "height": 1700}
SCREENS = {"double": LARGE, "undecided_double": LARGE, "many": WIDE | {"accessibility": False}}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or SCENES:
        with Desktop(**SCREENS.get(name, WIDE)) as desktop:
            try:
                SCENES[name](Stage(desktop, folder))
            except BaseException:
                desktop.keep_evidence(folder / f"failed-{name}")
                raise
        print(name, flush=True)


if __name__ == "__main__":
    main()
