"""Large projects are read in the background, small ones at once."""

import shutil
import time

import pytest
from PySide6.QtCore import QTimer

from pathgui.errors import ProjectLockedError, TableError
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.session.opening import Opening
from pathgui.project import Project
from pathgui.project.layout import TABLE_FILES

ROWS, MORE = 20_000, 30
# CPU time of this thread; reading the tables here would take more than that alone.
LONGEST_S = 0.3


@pytest.fixture(scope="module")
def large_template(tmp_path_factory):
    root = tmp_path_factory.mktemp("large") / "project"
    with Project.create(root, "Many slides"):
        pass
    names = ["slide_id", "path", "cohort", "status"]
    names += [f"marker {k}" for k in range(MORE)]
    with (root / TABLE_FILES["manifest"]).open("w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        more = ",".join(f"note {k}" for k in range(MORE))
        for k in range(ROWS):
            file.write(f"slide-{k},raw_slides/slide-{k}.svs,lung,ready,{more}\n")
    return root


@pytest.fixture
def large(large_template, tmp_path):
    target = tmp_path / "large"
    shutil.copytree(large_template, target)
    return target


class Ticks:
    """A clock on the GUI thread, and how much of the CPU it took between two ticks."""

    def __init__(self):
        self.count, self.longest, self._last = 0, 0.0, time.thread_time()
        self.timer = QTimer()
        self.timer.timeout.connect(self._tick)
        self.timer.start(5)

    def _tick(self):
        now = time.thread_time()
        self.count += 1
        self.longest, self._last = max(self.longest, now - self._last), now


def dialogs(window):
    return [d for d in window.findChildren(ErrorDialog) if d.isVisible()]


def lock_is_free(root):
    Project.open(root).close()
    return True


def test_that_a_large_project_opens_while_the_window_stays_alive(
    empty_window, large, qtbot
):
    session, ticks = empty_window.session, Ticks()
    then = []
    with qtbot.waitSignal(session.project_opened, timeout=60_000):
        empty_window.projects.open(large, lambda: then.append(session.project))
        assert session.project is None
        assert session.opening.active
        assert "Opening large" in [t.title for t in session.background.tasks()]
    qtbot.waitUntil(lambda: session.checks.settled, timeout=60_000)
    ticks.timer.stop()
    assert then == [session.project]
    assert ticks.count > 3
    assert ticks.longest < LONGEST_S
    assert len(session.slides) == ROWS
    assert empty_window.preferences.values.recent[0] == str(large)
    assert not session.opening.active


def test_that_a_small_project_is_open_at_once(empty_window, root):
    assert not Opening.is_large(root)
    empty_window.projects.open(root)
    assert empty_window.session.project.root == root


def test_that_damage_of_a_large_table_is_shown_as_of_a_small_one(
    empty_window, large, qtbot
):
    with (large / TABLE_FILES["manifest"]).open("a", encoding="utf-8") as file:
        file.write("slide,too,short\n")
    session = empty_window.session
    with qtbot.waitSignal(session.trouble, timeout=60_000) as caught:
        empty_window.projects.open(large)
    assert isinstance(caught.args[0], TableError)
    assert f"line {ROWS + 2}" in caught.args[0].message
    (dialog,) = dialogs(empty_window)
    dialog.reject()
    assert session.project is None
    assert lock_is_free(large)


def test_that_a_large_project_that_is_locked_can_be_opened_for_reading(
    empty_window, large, qtbot
):
    session = empty_window.session
    with Project.open(large):
        with qtbot.waitSignal(session.opening.failed, timeout=60_000) as caught:
            empty_window.projects.open(large)
        assert isinstance(caught.args[1], ProjectLockedError)
        (dialog,) = dialogs(empty_window)
        with qtbot.waitSignal(session.project_opened, timeout=60_000):
            dialog.picked.emit("Open it for reading")
        dialog.reject()
        assert not session.project.writable
    with qtbot.waitSignal(session.told, timeout=60_000) as told:
        empty_window.projects.take_over()
    assert "can be changed here" in told.args[0]
    assert session.project.writable


def test_that_opening_can_be_stopped_and_leaves_the_project_free(
    empty_window, large, root, qtbot
):
    session = empty_window.session
    session.open(root)
    with qtbot.waitSignal(session.opening.busy) as busy:
        empty_window.projects.open(large)
    assert busy.args == [True]
    qtbot.waitUntil(lambda: empty_window.status.stop.isVisible(), timeout=60_000)
    with qtbot.waitSignal(session.opening.busy, timeout=60_000) as busy:
        empty_window.status.stop.click()
    assert busy.args == [False]
    assert session.project.root == root
    assert lock_is_free(large)


def test_that_the_project_asked_for_last_is_the_one_that_opens(
    empty_window, large, root, qtbot
):
    session = empty_window.session
    empty_window.projects.open(large)
    empty_window.projects.open(root)
    qtbot.waitUntil(lambda: not session.opening.active, timeout=60_000)
    assert session.project.root == root
    assert lock_is_free(large)


def test_that_asking_twice_for_a_project_opens_it_once(empty_window, large, qtbot):
    session, opened = empty_window.session, []
    session.project_opened.connect(lambda: opened.append(session.project.root))
    with qtbot.waitSignal(session.project_opened, timeout=60_000):
        empty_window.projects.open(large)
        empty_window.projects.open(large)
    qtbot.waitUntil(lambda: not session.opening.active, timeout=60_000)
    assert opened == [large]
    assert not dialogs(empty_window)


def test_that_a_window_closed_meanwhile_leaves_the_project_free(
    empty_window, large, qtbot
):
    empty_window.projects.open(large)
    with qtbot.waitSignal(empty_window.closed, timeout=60_000):
        empty_window.close()
    assert empty_window.session.project is None
    assert lock_is_free(large)


def test_that_what_is_read_but_not_shown_yet_is_closed_with_the_window(
    empty_window, large
):
    session = empty_window.session
    empty_window.projects.open(large)
    (opened,) = session.opening._under_way.values()
    deadline = time.monotonic() + 60
    while opened.linked is None and opened.project is None:  # its thread does not wait
        assert time.monotonic() < deadline
    empty_window.close()
    assert lock_is_free(large)
