"""The export dialog: real rows before they go out, and files as others want them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.exports import ExportDesk
from pathgui.gui.dialogs.export import ExportDialog
from pathgui.project import read_table
from pathgui.project.cohorts import keeping_cohort


@pytest.fixture
def make(session, theme, qtbot):
    def made(selection=(), *, deidentified=False):
        dialog = ExportDialog(
            theme,
            session.project,
            session.background,
            selection,
            deidentified=deidentified,
        )
        qtbot.addWidget(dialog)
        return dialog

    return made


def choose(combo, words):
    place = next(k for k in range(combo.count()) if words in combo.itemText(k))
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def said(dialog, qtbot, words):
    qtbot.waitUntil(lambda: dialog.summary.text().startswith(words), timeout=10_000)


@pytest.fixture
def export(session, qtbot, qapp):
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    desk = ExportDesk(session, widget, Preferences(session))

    def write(dialog, out):
        dialogs = []
        desk.shown.connect(dialogs.append)
        dialog.chosen.connect(desk.export)
        dialog.export(out)
        qtbot.waitUntil(lambda: not session.background.busy, timeout=10_000)
        for shown in dialogs:
            shown.close()
        return out

    return write


def test_that_rows_and_columns_are_shown_as_they_will_be_written(
    make, qtbot, export, tmp_path
):
    dialog = make()
    said(dialog, qtbot, "5 rows")
    choose(dialog.form.source, "Clinical")
    choose(dialog.form.kind, "CSV")
    columns = dialog.form.columns
    for name in ("slide_id", "outcome", "diagnosis"):
        columns.choose(name)
        QTest.keyClick(columns, Qt.Key.Key_Space)
    said(dialog, qtbot, "5 rows, 3 columns")
    heads = [head.title for head in dialog._view.rows.heads]
    assert heads == ["patient_id", "age", "stage"]
    table = read_table(export(dialog, tmp_path / "out.csv"))
    assert list(table.columns) == heads
    assert table.columns["age"].tolist() == ["61", "430", "", "47", "58"]


def test_that_only_selected_slides_or_a_saved_cohort_go_out(
    make, session, qtbot, export, tmp_path
):
    session.edit(keeping_cohort(session.project, "young", "age < 50"))
    dialog = make(("S1", "S2"))
    choose(dialog.form.rows, "2 selected")
    said(dialog, qtbot, "2 rows")
    many = make(("S1", *(f"none-{n:0>50}" for n in range(500))))
    choose(many.form.rows, "501 selected")
    said(many, qtbot, "1 row")
    choose(dialog.form.rows, "Saved cohort young")
    said(dialog, qtbot, "1 row")
    choose(dialog.form.rows, "condition")
    dialog.form.where.setText("age >")
    qtbot.waitUntil(lambda: not dialog.go.isEnabled(), timeout=10_000)
    dialog.form.where.setText("age >= 58 and age < 100")
    said(dialog, qtbot, "2 rows")
    choose(dialog.form.kind, "CSV")
    said(dialog, qtbot, "2 rows")
    table = read_table(export(dialog, tmp_path / "some.csv"))
    assert sorted(table.columns["slide_id"].tolist()) == ["S4", "synthetic"]


def test_that_a_de_identified_export_names_nobody(
    make, session, qtbot, export, tmp_path
):
    dialog = make(deidentified=True)
    choose(dialog.form.source, "Clinical")
    choose(dialog.form.kind, "CSV")
    qtbot.waitUntil(lambda: "hashed" in dialog.warning.text(), timeout=10_000)
    text = export(dialog, tmp_path / "shared.csv").read_text("utf-8-sig")
    for slide in session.project.manifest.texts("slide_id").tolist():
        assert slide not in text
    assert "61" in text
    dropped = make(deidentified=True)
    choose(dropped.form.ids, "leave out")
    qtbot.waitUntil(lambda: "dropped" in dropped.warning.text(), timeout=10_000)
    assert "slide_id" not in [head.title for head in dropped._view.rows.heads]


def test_that_neighbours_get_their_tables(make, qtbot, export, tmp_path):
    dialog = make()
    choose(dialog.form.kind, "STAMP")
    assert not dialog.form.strip.isEnabled()
    dialog.form.columns.toggled.emit("stage")
    said(dialog, qtbot, "5 rows")
    folder = tmp_path / "stamp"
    folder.mkdir()
    export(dialog, folder)
    assert len(list(folder.iterdir())) == 2


def test_that_no_column_at_all_is_no_export(make, qtbot):
    dialog = make()
    said(dialog, qtbot, "5 rows")
    dialog.form._all(on=False)
    said(dialog, qtbot, "No column")
    assert not dialog.go.isEnabled()
