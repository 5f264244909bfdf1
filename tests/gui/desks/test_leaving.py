"""Leaving a project: its tables are saved, and what came back can be undone."""

from pathlib import Path
from threading import Event

from PySide6.QtWidgets import QPushButton

from pathgui.gui.desks.leaving import LEAVE
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.project import Cell, Edit, Project

CLINICAL = "metadata/clinical_data.csv"


def stage(project: Project, text: str) -> Edit:
    row = int(project.clinical.ids[0])
    cell = Cell("clinical", row, "stage", project.clinical.text(row, "stage"), text)
    return Edit("Edit stage", (cell,))


def stages(root: Path) -> str:
    return (root / CLINICAL).read_text()


def test_that_closing_the_window_saves_the_tables(window, root, qtbot):
    window.session.edit(stage(window.session.project, "IVB"))
    with qtbot.waitSignal(window.closed):
        window.close()
    assert "IVB" in stages(root)
    with Project.open(root) as again:
        assert again.recovered == 0


def test_that_closing_the_project_saves_the_tables(window, root, qtbot):
    window.session.edit(stage(window.session.project, "IVB"))
    with qtbot.waitSignal(window.session.project_closed):
        window.projects.close()
    assert "IVB" in stages(root)


def test_that_closing_asks_if_the_tables_cannot_be_saved(window, root, qtbot):
    window.session.edit(stage(window.session.project, "IVB"))
    file = root / CLINICAL
    file.write_text(stages(root).replace("430", "43"))
    window.close()
    qtbot.waitUntil(lambda: window.findChild(ChoiceDialog) is not None)
    dialog = window.findChild(ChoiceDialog)
    assert "could not be saved" in dialog.title.text()
    assert "come back when the project is opened next" in dialog.text.text()
    buttons = dialog.findChildren(QPushButton)
    with qtbot.waitSignal(window.closed):
        next(b for b in buttons if b.property("choice") == LEAVE).click()
    assert "IVB" not in stages(root)
    with Project.open(root) as again:
        assert "IVB" in again.clinical.texts("stage").tolist()


def test_that_edits_that_came_back_are_told_and_undone(empty_window, root, qtbot):
    with Project.open(root) as project:
        for text in ("III", "IVB"):
            project.apply(stage(project, text))
    session = empty_window.session
    with qtbot.waitSignal(session.told) as told:
        empty_window.projects.open(root)
    words, kind = told.args
    assert words.startswith("2 unsaved edits of ")
    assert words.endswith(" were recovered; Ctrl+Z takes them back")
    assert kind == "note"
    clinical = session.project.clinical
    assert session.undo_stack.count() == 2
    assert not session.undo_stack.isClean()
    session.undo()
    assert clinical.text(clinical.ids[0], "stage") == "III"
    session.undo()
    assert clinical.text(clinical.ids[0], "stage") == "II"
    assert session.undo_stack.isClean()
    session.redo()
    assert clinical.text(clinical.ids[0], "stage") == "III"


def test_that_closing_waits_for_an_edit_under_way(window, root, qtbot):
    session, held = window.session, Event()

    def make() -> Edit:
        held.wait(20)
        return stage(session.project, "IVB")

    session.change("Edit stage", make)
    assert not window.close()
    assert not window.close()  # impatience changes nothing
    with qtbot.waitSignal(window.closed):
        held.set()
    assert "IVB" in stages(root)
