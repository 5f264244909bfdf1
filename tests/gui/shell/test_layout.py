"""Layout is remembered with the project; a table changed on disk is asked about."""

import pytest
from PySide6.QtWidgets import QPushButton

from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.shell.window import MainWindow
from pathgui.project import Edit


def test_that_widths_hidden_columns_and_panels_come_back(window: MainWindow, root):
    work = window.workspace
    view = work.slides.view
    model = view.proxy.model
    staining = model.column_at("manifest", "staining")
    view.setColumnWidth(staining, 133)
    view.setColumnHidden(model.column_at("clinical", "stage"), True)
    window.actions_.trigger("view.tree")
    window.actions_.trigger("view.clinical")
    window.session.close()
    view.setColumnWidth(staining, 60)
    work.reset()
    window.session.open(root)
    assert view.columnWidth(staining) == 133
    assert view.isColumnHidden(model.column_at("clinical", "stage"))
    assert not work.is_open("tree")
    assert work.tab == "clinical"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tab": 3}'])
def test_that_a_broken_layout_file_is_left_out(empty_window, root, text):
    (root / ".pathgui").mkdir(exist_ok=True)
    (root / ".pathgui" / "layout.json").write_text(text, "utf-8")
    empty_window.session.open(root)
    assert empty_window.workspace.tab == "slides"


def changed_elsewhere(window: MainWindow, root, qtbot) -> ErrorDialog:
    session = window.session
    manifest = session.project.manifest
    cell = manifest.cell(manifest.find("S1"), "staining", "H&E")
    session.edit(Edit("Edit staining", (cell,)))
    file = root / "metadata" / "slide_manifest.csv"
    text = file.read_text("utf-8").replace("S2,raw_slides", "S2x,raw_slides")
    file.write_text(text, "utf-8")
    with qtbot.waitSignal(session.background.idle):
        window.actions_.trigger("file.save")
    return window.findChild(ErrorDialog)


def test_that_a_table_changed_elsewhere_can_be_merged_by_cell(window, root, qtbot):
    dialog = changed_elsewhere(window, root, qtbot)
    assert dialog is not None
    buttons = dialog.findChildren(QPushButton)
    merge = next(b for b in buttons if b.text() == "Merge cell by cell")
    with qtbot.waitSignal(window.session.background.idle):
        merge.click()
    session = window.session
    assert session.field("S1", "staining") == "H&E"
    assert "S2x" in session.slides
    text = (root / "metadata" / "slide_manifest.csv").read_text("utf-8")
    assert "S2x" in text
    assert "H&E" in text


def test_that_esc_leaves_edits_and_file_as_they_are(window, root, qtbot):
    dialog = changed_elsewhere(window, root, qtbot)
    dialog.reject()
    assert window.session.unsaved == 1
    text = (root / "metadata" / "slide_manifest.csv").read_text("utf-8")
    assert "H&E" not in text
