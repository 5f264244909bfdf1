"""The schema dialog, and the warning of the run dialog."""

import pytest

from pathgui.gui.dialogs.run import RunDialog
from pathgui.gui.dialogs.schema import SchemaDialog
from pathgui.project import Column, Project
from pathgui.settings import Settings


@pytest.fixture
def dialog(session, theme, qtbot):
    made = SchemaDialog(theme, session.project, session.background, "clinical", "age")
    qtbot.addWidget(made)
    made.chosen.connect(session.edit)
    return made


def said(dialog, qtbot, words):
    qtbot.waitUntil(lambda: dialog.count.text() == words, timeout=10_000)


def type_in(field, text):
    field.setText(text)
    field.textEdited.emit(text)


def test_that_invalid_cells_are_counted_while_a_range_is_typed(dialog, qtbot):
    said(dialog, qtbot, "1 of 5 rows would not fit")
    type_in(dialog.form.high, "60")
    said(dialog, qtbot, "2 of 5 rows would not fit")
    reasons = [row.parts[2].text for row in dialog.cells.rows.rows]
    assert "61 is outside 0 to 60" in reasons
    type_in(dialog.form.high, "500")
    said(dialog, qtbot, "All 5 rows fit")


def test_that_all_changes_are_one_undo_step_and_stay_in_the_project(
    dialog, session, root, qtbot
):
    type_in(dialog.form.high, "60")
    dialog.columns.choose("stage")
    dialog.form.choices.setPlainText("I\nII\nIII\nIV")
    dialog.form.required.click()
    assert dialog.go.text() == "Apply 2 changes"
    dialog.go.click()
    clinical = session.project.clinical
    assert clinical.column("age").maximum == 60
    assert clinical.column("stage").choices == ("I", "II", "III", "IV")
    assert session.undo_stack.undoText() == "Define 2 columns of the clinical table"
    session.save()
    session.close()
    with Project.open(root) as again:
        assert again.clinical.column("stage").required
        assert again.clinical.column("age").maximum == 60


def test_that_undo_brings_the_definitions_back(dialog, session):
    before = session.project.clinical.columns
    type_in(dialog.form.unit, "a")
    dialog.go.click()
    assert session.project.clinical.column("age").unit == "a"
    session.undo_stack.undo()
    assert session.project.clinical.columns == before


def test_that_a_column_is_added_named_and_typed(dialog, session, qtbot):
    dialog._add()
    type_in(dialog.form.name, "grade")
    dialog.form.kind.setCurrentIndex(dialog.form.kind.findData("integer"))
    dialog.form.kind.activated.emit(0)
    assert dialog.form.low.isVisibleTo(dialog)
    assert not dialog.form.choices.isVisibleTo(dialog)
    dialog.go.click()
    assert session.project.clinical.column("grade") == Column("grade", "integer")


def test_that_two_columns_of_one_name_and_broken_patterns_are_refused(dialog):
    dialog._add()
    type_in(dialog.form.name, "AGE")
    assert "has this name" in dialog.wrong.text()
    assert not dialog.go.isEnabled()
    type_in(dialog.form.name, "code")
    type_in(dialog.form.pattern, "[A-Z")
    assert "pattern" in dialog.wrong.text()
    assert not dialog.go.isEnabled()


def test_that_columns_every_project_has_keep_name_and_place(dialog):
    assert dialog.form.name.isReadOnly()
    assert not dialog.remove.isEnabled()


def test_that_columns_runs_fill_cannot_be_defined(session, theme, qtbot):
    made = SchemaDialog(
        theme, session.project, session.background, "manifest", "n_tiles"
    )
    qtbot.addWidget(made)
    assert not made.form.isEnabled()


def test_that_the_data_suggest_a_definition(dialog, qtbot):
    dialog.columns.choose("stage")
    dialog.suggest.click()
    assert dialog.form.column().choices == ("II",)


def test_that_a_run_on_rows_that_do_not_fit_warns(session, theme, qtbot):
    made = RunDialog(theme, session.project, (), Settings())
    qtbot.addWidget(made)
    assert "1 of 5 slides has cells that do not fit" in made.invalid.text()
    assert "age" in made.invalid.text()
    assert made.run.isEnabled()
    fine = RunDialog(theme, session.project, ("S4",), Settings())
    qtbot.addWidget(fine)
    fine.what.setCurrentIndex(0)
    assert not fine.invalid.isVisibleTo(fine)
