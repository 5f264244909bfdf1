"""A large table that another program wrote is fitted in the background."""

import csv
import io
import threading

import pytest
from PySide6.QtWidgets import QDialog

from pathgui.gui.dialogs.diskchange import DiskChangeDialog
from pathgui.project import Edit, Project, merge
from pathgui.project.linked import Linked
from pathgui.project.opentable import OpenTable

MANIFEST = "metadata/slide_manifest.csv"
ROWS, COLUMNS = 3000, 20
STARTED = 20_000


@pytest.fixture
def large(root):
    """Thousands of slides."""
    file = root / MANIFEST
    lines = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    header = [*lines[0], *(f"more {k}" for k in range(COLUMNS))]
    rows = [[*line, *[""] * COLUMNS] for line in lines[1:]]
    place, empty = header.index("slide_id"), [""] * len(header)
    for number in range(ROWS):
        row = [*empty]
        row[place], row[-1] = f"L{number:05}", str(number)
        rows.append(row)
    write(file, [header, *rows])
    return root


def write(file, lines):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    file.write_text(out.getvalue(), "utf-8")


def write_column(root, column, text):
    """Another program sets a column of all rows."""
    file = root / MANIFEST
    lines = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    place = lines[0].index(column)
    for line in lines[1:]:
        line[place] = text
    write(file, lines)


@pytest.fixture
def window(empty_window, large):
    empty_window.session.open(large)
    return empty_window


@pytest.fixture
def shown(window):
    found: list[QDialog] = []
    window.safety.shown.connect(found.append)
    return found


class Held:
    """Lets a test do things before a function goes on in another thread."""

    def __init__(self, function):
        self.function = function
        self.armed = False
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *args, **options):
        if self.armed:
            self.reached.set()
            assert self.go_on.wait(30)
        return self.function(*args, **options)


@pytest.fixture
def reading(monkeypatch):
    """The disk is slow."""
    found = Held(OpenTable.load)
    monkeypatch.setattr(OpenTable, "load", found)
    yield found
    found.go_on.set()


@pytest.fixture
def fitting(monkeypatch):
    """The file was read, and is not fitted yet."""
    found = Held(merge.merge)
    monkeypatch.setattr(merge, "merge", found)
    yield found
    found.go_on.set()


def begin(qtbot, shown, held, choice=""):
    """Answer the question; what is held is reached then."""
    dialog = asked(qtbot, shown)
    if choice:
        dialog.how[choice].setChecked(True)
    held.armed = True
    dialog.go.click()
    qtbot.waitUntil(held.reached.is_set, timeout=STARTED)


def asked(qtbot, shown):
    """The dialog about what is on disk."""
    qtbot.waitUntil(lambda: bool(shown), timeout=STARTED)
    assert isinstance(shown[-1], DiskChangeDialog)
    return shown[-1]


def over(window, qtbot):
    def still():
        session = window.session
        return session.bulk.label or session.background.busy

    qtbot.waitUntil(lambda: not still(), timeout=STARTED)


def cell(window, slide, column, text):
    manifest = window.session.project.manifest
    return manifest.cell(manifest.find(slide), column, text)


def texts(window, column):
    return window.session.project.manifest.texts(column).tolist()


def test_that_nothing_is_read_fitted_or_linked_on_the_thread_of_the_window(
    window, large, shown, qtbot, monkeypatch
):
    own: list[str] = []

    def noted(name, function):
        def call(*args, **options):
            if threading.current_thread() is threading.main_thread():
                own.append(name)
            return function(*args, **options)

        return call

    window.session.edit(Edit("Edit", (cell(window, "S1", "staining", "IHC"),)))
    over(window, qtbot)
    monkeypatch.setattr(OpenTable, "load", noted("read", OpenTable.load))
    monkeypatch.setattr(merge, "merge", noted("fitted", merge.merge))
    monkeypatch.setattr(merge, "_difference", noted("compared", merge._difference))
    monkeypatch.setattr(Linked, "of", noted("linked", Linked.of))
    write_column(large, "more 3", "theirs")
    asked(qtbot, shown).go.click()
    assert window.session.bulk.label == "Merge slide_manifest.csv"
    over(window, qtbot)
    assert set(texts(window, "more 3")) == {"theirs"}
    assert window.session.field("S1", "staining") == "IHC"
    assert not window.session.project.dirty
    assert own == []
    page = window.workspace.slides.proxy
    assert page.index(0, page.column_named("more 3")).data() == "theirs"


class Typing:
    """What is in an editor of a cell, and is taken before tables are worked on."""

    def __init__(self, window):
        self.window = window

    def take(self):
        edit = Edit("Type", (cell(self.window, "S1", "staining", "typed"),))
        self.window.session.edit(edit)


def test_that_edits_and_results_made_meanwhile_are_not_lost(
    window, large, shown, qtbot, reading
):
    session, typing = window.session, Typing(window)
    session.edit(Edit("Edit", (cell(window, "S4", "staining", "IHC"),)))
    write_column(large, "more 3", "theirs")
    asked(qtbot, shown)
    session.settling.connect(typing.take)
    begin(qtbot, shown, reading, "cell")
    session.settling.disconnect(typing.take)
    with qtbot.waitSignal(session.told) as told:
        assert session.edit(Edit("Edit", (cell(window, "S2", "more 3", "a"),))) is None
    assert "is being carried out; try again" in told.args[0]
    session.record(Edit("Run", (cell(window, "S3", "n_tiles", "12"),)))
    assert session.field("S2", "more 3") == ""  # the table is as it was until then
    reading.go_on.set()
    over(window, qtbot)
    assert session.field("S1", "staining") == "typed"
    assert session.field("S3", "n_tiles") == "12"
    assert session.field("S2", "more 3") == "theirs"
    session.edit(Edit("Edit", (cell(window, "S2", "more 3", "a"),)))
    assert session.field("S2", "more 3") == "a"
    for _ in range(2):
        session.undo()
        over(window, qtbot)
    assert set(texts(window, "more 3")) == {""}
    assert session.field("S1", "staining") == "typed"


def test_that_closing_meanwhile_loses_neither_side(
    window, large, shown, qtbot, fitting
):
    session, told = window.session, []
    session.edit(Edit("Edit", (cell(window, "S1", "staining", "IHC"),)))
    write_column(large, "more 3", "theirs")
    begin(qtbot, shown, fitting)
    session.told.connect(lambda words, _kind: told.append(words))
    session.reloaded.connect(lambda: told.append("reloaded"))
    fitting.go_on.set()
    with qtbot.waitSignal(session.background.idle, timeout=STARTED):
        session.close()
    assert told == []
    with Project.open(large) as again:
        assert set(again.manifest.texts("more 3").tolist()) == {"theirs"}
        row = again.manifest.find("S1")
        assert again.manifest.text(row, "staining") == "IHC"
    assert not session.bulk.label


def test_that_a_file_read_for_a_project_that_is_closed_is_not_fitted(
    window, large, shown, qtbot, reading
):
    session, project = window.session, window.session.project
    session.edit(Edit("Edit", (cell(window, "S1", "staining", "IHC"),)))
    write_column(large, "more 3", "theirs")
    begin(qtbot, shown, reading)
    session.close()  # does not wait for the disk
    with qtbot.waitSignal(session.background.idle, timeout=STARTED):
        reading.go_on.set()
    assert set(project.manifest.texts("more 3").tolist()) == {""}
    with Project.open(large) as again:
        assert set(again.manifest.texts("more 3").tolist()) == {"theirs"}
        assert again.manifest.text(again.manifest.find("S1"), "staining") == "IHC"


def test_that_leaving_waits_until_both_sides_are_together_and_saved(
    window, large, shown, qtbot, reading
):
    session, left = window.session, []
    session.edit(Edit("Edit", (cell(window, "S1", "staining", "IHC"),)))
    write_column(large, "more 3", "theirs")
    begin(qtbot, shown, reading)
    window.leaving.ask(lambda: left.append(session.project.dirty))
    assert left == []
    reading.go_on.set()
    qtbot.waitUntil(lambda: bool(left), timeout=STARTED)
    assert left == [False]
    over(window, qtbot)
    on_disk = (large / MANIFEST).read_text("utf-8")
    assert "IHC" in on_disk
    assert on_disk.count("theirs") == len(session.project.manifest)


def test_that_the_window_asks_no_second_time_about_what_is_being_taken(
    window, large, shown, qtbot, reading
):
    write_column(large, "more 3", "theirs")
    begin(qtbot, shown, reading)
    with qtbot.waitSignal(window.safety.watch.changed, timeout=STARTED):
        window.safety.watch.look()
    told = "Reading slide_manifest.csv"
    qtbot.waitUntil(lambda: told in window.status.texts(), timeout=STARTED)
    reading.go_on.set()
    over(window, qtbot)
    assert len(shown) == 1
    assert not window.session.project.dirty


def test_that_reading_can_be_stopped_and_leaves_both_sides(
    window, large, shown, qtbot, reading
):
    window.session.edit(Edit("Edit", (cell(window, "S1", "staining", "IHC"),)))
    write_column(large, "more 3", "theirs")
    begin(qtbot, shown, reading)
    qtbot.waitUntil(window.status.stop.isVisible, timeout=STARTED)
    window.status.stop.click()
    reading.go_on.set()
    over(window, qtbot)
    assert window.session.unsaved == 1
    assert set(texts(window, "more 3")) == {""}
    assert "IHC" not in (large / MANIFEST).read_text("utf-8")
    window.session.edit(Edit("Edit", (cell(window, "S2", "staining", "PAS"),)))
    assert window.session.field("S2", "staining") == "PAS"
