"""The History panel: who, what, when; found by words, and taken back."""

import pytest

from pathgui.gui.dialogs.change import ChangeDialog
from pathgui.project import Edit


@pytest.fixture
def panel(window, qtbot):
    """Two saved edits and one that is not."""
    project = window.session.project
    for slide, column, text in (
        ("S1", "staining", "IHC"),
        ("S2", "scanner", "Aperio AT2"),
        ("S3", "staining", "PAS"),
    ):
        manifest = project.manifest
        cell = manifest.cell(manifest.find(slide), column, text)
        window.session.edit(Edit(f"Edit {column} of {slide}", (cell,)))
        if slide != "S3":
            window.session.save()
    window.views.show_bottom("history")
    return window.workspace.bottom.history


def labels(panel):
    return [row.parts[2].text for row in panel.list.rows.rows]


def test_that_what_can_be_undone_stands_first(panel):
    assert labels(panel)[:3] == [
        "Edit staining of S3",
        "Edit scanner of S2",
        "Edit staining of S1",
    ]
    assert panel.list.rows.rows[0].parts[0].text == "not yet saved"


def test_that_words_find_changes_by_slide_column_and_value(panel, qtbot):
    panel.search.setText("aperio s2")
    qtbot.waitUntil(lambda: labels(panel) == ["Edit scanner of S2"], timeout=10_000)
    assert panel.count.text() == "1 found"
    panel.search.setText("staining")
    qtbot.waitUntil(lambda: len(labels(panel)) == 2, timeout=10_000)
    panel.search.setText("no such thing")
    qtbot.waitUntil(lambda: not labels(panel), timeout=10_000)
    assert panel.stack.currentWidget() is panel.empty


def test_that_a_change_shows_its_cells_and_can_be_put_back(panel, window, qtbot):
    shown = []
    window.safety.shown.connect(shown.append)
    panel.list.opened.emit(panel.list.rows.rows[2].key, 2)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    dialog = shown[-1]
    assert isinstance(dialog, ChangeDialog)
    texts = [part.text for part in dialog.list.rows.rows[0].parts]
    assert texts == ["manifest", "S1", "staining", "missing", "IHC"]
    dialog.undo.click()
    assert window.session.field("S1", "staining") == ""
    window.session.undo_stack.undo()
    assert window.session.field("S1", "staining") == "IHC"


def test_that_a_cell_of_a_change_is_shown_in_its_table(panel, window, qtbot):
    shown = []
    window.safety.shown.connect(shown.append)
    panel.list.opened.emit(panel.list.rows.rows[1].key, 2)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    shown[-1].list.opened.emit("0", 1)
    assert window.tables.place().column == "scanner"
    assert window.tables.place().key == "S2"
