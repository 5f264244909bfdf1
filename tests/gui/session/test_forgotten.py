"""Work that outlasts its project reaches no other one; no error is lost."""

import shutil
import threading

import numpy as np
import pytest

from pathgui.errors import ProjectError
from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.imports import ImportDesk
from pathgui.gui.desks.projects import ProjectDesk
from pathgui.gui.dialogs.add_slides import AddSlidesDialog
from pathgui.gui.dialogs.new_project import NewProjectDialog
from pathgui.gui.session.outlines import Outlines
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.workflows import thumbnails


@pytest.fixture
def other(root, tmp_path):
    """Another project with slides of the same names."""
    return shutil.copytree(root, tmp_path / "other")


@pytest.fixture
def held():
    """What background work waits for."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_that_work_on_a_closed_project_is_cancelled_and_not_heard_of(
    session, qtbot, other, held
):
    heard = []
    task = session.background.start("Look", lambda _progress, _asked: held.wait(10))
    lasting = session.background.start(
        "Make", lambda _progress, _asked: "made", lasting=True
    )
    task.done.connect(heard.append)
    lasting.done.connect(heard.append)
    session.close()
    session.open(other)
    assert task.asked()
    assert not lasting.asked()
    with qtbot.waitSignals([task.cancelled, task.finished, lasting.done]):
        held.set()
    assert heard == ["made"]


def test_that_pictures_of_one_project_are_not_shown_in_the_next(
    session, qtbot, other, held
):
    def slowly(project, slide_id):
        held.wait(10)
        return thumbnails.ensure(project, slide_id)

    store = Thumbnails(session, slowly)
    assert store.get("synthetic") is None
    session.close()
    session.open(other)
    with qtbot.waitSignal(store.idle):
        held.set()
    assert store.get("synthetic") is None  # asked for anew
    with qtbot.waitSignal(store.idle):
        pass


def test_that_an_error_that_nobody_listens_for_is_shown(session, qtbot):
    def fail(_progress, _asked):
        raise ProjectError("no", "why")

    with qtbot.waitSignal(session.trouble) as caught:
        session.background.start("Fail", fail)
    assert caught.args[0].message == "no"
    with qtbot.assertNotEmitted(session.trouble):
        task = session.background.start("Fail", fail)
        with qtbot.waitSignal(task.failed):
            pass


def test_that_an_import_given_up_for_want_of_a_project_does_not_come_back(
    theme, session, qtbot, root, tmp_path
):
    from PySide6.QtWidgets import QWidget

    session.close()
    widget = QWidget()
    qtbot.addWidget(widget)
    preferences = Preferences(session)
    projects = ProjectDesk(session, widget, preferences)
    projects.leaving = lambda go_on: go_on()
    imports = ImportDesk(session, widget, preferences)
    imports.new_project = projects.new
    asked, wizards = [], []
    projects.shown.connect(asked.append)
    imports.shown.connect(wizards.append)
    imports.import_table(tmp_path / "table.csv")
    asked[0].reject()
    projects.open(root)
    assert not wizards
    session.close()
    imports.import_table()
    asked[1].chosen.emit(tmp_path / "new", "New")
    asked[1].accept()
    assert len(wizards) == 1
    wizards[0].close()


def test_that_slides_dropped_without_a_project_are_forgotten_with_the_question(
    empty_window, root, tmp_path
):
    empty_window.open_paths((tmp_path / "slide.svs",))
    empty_window.findChild(NewProjectDialog).reject()
    empty_window.session.open(root)
    assert empty_window.findChild(AddSlidesDialog) is None


def test_that_a_picture_of_a_file_replaced_meanwhile_is_made_anew(session, qtbot, held):
    begun, seen, made = threading.Event(), [], []

    def slowly(project, slide_id):
        made.append(slide_id)
        begun.set()
        held.wait(60)
        return thumbnails.ensure(project, slide_id)

    store = Thumbnails(session, slowly)
    store.ready.connect(seen.append)
    assert store.get("synthetic") is None
    assert begun.wait(60)
    store.forget("synthetic")
    with qtbot.waitSignal(store.idle):
        held.set()
    assert made == ["synthetic"] * 2
    assert seen == ["synthetic"]


def test_that_an_outline_traced_while_its_mask_was_reviewed_is_traced_anew(
    session, qtbot, held, monkeypatch
):
    begun, drawn = threading.Event(), []
    old, new = np.zeros((4, 2), np.float32), np.eye(4, 2, dtype=np.float32)

    def slowly(_project, _slide_id):
        lines = (new if drawn else old,)
        drawn.append(lines)
        begun.set()
        held.wait(60)
        return lines

    monkeypatch.setattr("pathgui.gui.session.outlines.outline", slowly)
    store = Outlines(session)
    assert store.get("synthetic") is None
    assert begun.wait(60)
    store.renew("synthetic")
    with qtbot.waitSignal(store.ready):
        held.set()
    assert store.get("synthetic").boundingRect().width() == 1
    assert len(drawn) == 2
