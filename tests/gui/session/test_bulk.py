"""Large edits are made in the background; the window stays, and stays consistent."""

import pytest
from PySide6.QtGui import QGuiApplication

from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.session import bulk, undo
from pathgui.gui.session import session as session_module
from pathgui.gui.tables import deeds
from pathgui.project import Cell, Edit, plan_import, table_from_text


@pytest.fixture
def few(monkeypatch):
    """Everything but a single cell is large."""
    for module in (bulk, session_module, undo, deeds):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    from pathgui.gui.desks import tables

    monkeypatch.setattr(tables, "_FEW_ROWS", 1)


@pytest.fixture
def page(window, few):
    return window.workspace.slides


def select(page, name):
    column = page.proxy.column_named(name)
    page.view.setCurrentIndex(page.proxy.index(0, column))
    page.view.selectColumn(column)
    return column


def over(window, qtbot):
    qtbot.waitUntil(lambda: not window.session.bulk.label, timeout=20_000)


def texts(window, name):
    return window.session.project.manifest.texts(name).tolist()


def test_that_filling_and_its_undo_are_one_step_each(window, page, qtbot):
    before = texts(window, "cohort")
    select(page, "cohort")
    page.view.set_value("skin")
    assert window.session.bulk.label == "Set cells"
    assert texts(window, "cohort") == before  # until it is put in place
    over(window, qtbot)
    assert set(texts(window, "cohort")) == {"skin"}
    assert page.proxy.index(0, page.proxy.column_named("cohort")).data() == "skin"
    for trigger, wanted in (("undo", before), ("redo", ["skin"] * 5)):
        window.actions_.trigger(f"edit.{trigger}")
        assert window.session.bulk.label == f"{trigger.title()}: Set 5 cells"
        over(window, qtbot)
        assert texts(window, "cohort") == wanted
    assert window.session.undo_stack.count() == 1


def test_that_nothing_else_is_edited_meanwhile_and_results_of_jobs_wait(
    window, page, qtbot
):
    project = window.session.project
    row = project.manifest.find("S1")
    select(page, "cohort")
    page.view.set_value("skin")
    cell = project.manifest.cell(row, "staining", "H&E")
    with qtbot.waitSignal(window.session.told) as told:
        window.session.edit(Edit("Edit staining", (cell,)))
    assert told.args[0].startswith("“Set cells” is being carried out")
    assert "carried out" in window.actions_.reason("edit.undo")
    assert "carried out" in window.actions_.reason("edit.paste")
    done = Cell("manifest", row, "n_tiles", "", "12")
    window.session.record(Edit("Run", (done,)))
    assert project.manifest.text(row, "n_tiles") == ""
    over(window, qtbot)
    assert project.manifest.text(row, "n_tiles") == "12"
    assert project.manifest.text(row, "staining") == ""
    assert window.actions_.reason("edit.undo") == ""


def test_that_pasting_and_deleting_many_rows_come_back(window, page, qtbot):
    before = window.session.project.manifest.frame()
    select(page, "staining")
    QGuiApplication.clipboard().setText("a\nb\nc\nd\ne\nf")
    with qtbot.waitSignal(window.session.told) as told:
        page.view.paste_cells()
    over(window, qtbot)
    assert told.args[0].startswith("Left out on pasting: 1 row below")
    select(page, "slide_id")
    window.tables.delete_rows()
    dialog = window.findChild(ChoiceDialog)
    dialog.picked.emit("Delete 5 rows")
    dialog.close()
    over(window, qtbot)
    assert page.proxy.rowCount() == 0
    assert window.session.selection == ()
    for _ in range(2):
        window.session.undo()
        over(window, qtbot)
    assert window.session.project.manifest.frame().equals(before)
    assert page.proxy.rowCount() == 5


def test_that_an_import_is_taken_back_with_what_it_set(window, page, qtbot):
    project = window.session.project
    before = project.clinical.frame()
    text = "slide_id,age,grade\nS1,62,2\nS9,50,3\n"
    plan = plan_import(project, table_from_text(text))
    with qtbot.waitSignal(window.imports.imported, timeout=20_000):
        window.imports.take(plan, r"^(S)\d")
    assert project.config.patient_rule == r"^(S)\d"
    assert project.clinical.find("S9") is not None
    assert page.proxy.column_named("grade") >= 0
    window.session.undo()
    over(window, qtbot)
    assert project.clinical.frame().equals(before)
    assert project.config.patient_rule != r"^(S)\d"
    assert page.proxy.column_named("grade") == -1


def test_that_an_undo_that_no_longer_fits_leaves_the_stack(window, page, qtbot):
    session = window.session
    select(page, "cohort")
    page.view.set_value("skin")
    over(window, qtbot)
    manifest = session.project.manifest
    session.project.apply(Edit("away", removed=manifest.gone_rows(manifest.row_ids)))
    session.reload()
    with qtbot.waitSignal(session.trouble, timeout=20_000):
        session.undo()
    over(window, qtbot)
    assert session.undo_stack.count() == 0


def test_that_closing_the_project_keeps_what_is_under_way(window, page, root, qtbot):
    from pathgui.project import Project

    select(page, "cohort")
    page.view.set_value("skin")
    with qtbot.waitSignal(window.session.background.idle, timeout=20_000):
        window.session.close()
    with Project.open(root) as again:
        cohorts = set(again.manifest.texts("cohort").tolist())
        assert cohorts in ({"skin"}, {"real", "lung"})
