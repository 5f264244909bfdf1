"""What a row is about is not changed by the way, and a new id leaves nothing alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.panels.findbar import FindBar
from pathgui.project import Cell, Edit

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
IDS = ["S1", "S2", "S3", "S4"]


def column(view, name, table="manifest"):
    return view.proxy.model.column_at(table, name)


def texts(view, name, table="manifest"):
    found = view.proxy.model.texts(column(view, name, table))
    return [found[row] for row in view.proxy.source_rows()]


def rename(session, old, new):
    manifest = session.project.manifest
    row = manifest.find(old)
    return Edit("Edit slide_id", (Cell("manifest", row, "slide_id", old, new),))


def test_that_emptying_everything_leaves_what_rows_are_about(view, session, qtbot):
    before = {name: texts(view, name) for name in ("slide_id", "path", "cohort")}
    view.setFocus()
    qtbot.keyClick(view, Key.Key_A, CONTROL)
    with qtbot.waitSignal(session.told) as told:
        view.clear_cells()
    assert "slide_id" in told.args[0]
    assert "stayed as they were" in told.args[0]
    assert {name: texts(view, name) for name in before} == before
    assert set(texts(view, "age", "clinical")) == {""}


def test_that_filling_and_setting_leave_them_too(view, session):
    view.selectAll()
    view.fill_down()
    view.set_value("IHC")
    assert sorted(texts(view, "slide_id"))[:4] == IDS
    assert set(texts(view, "staining")) == {"IHC"}


def test_that_a_naming_column_alone_can_be_changed(view, session):
    view.go_to(view.proxy.index(1, column(view, "cohort")))
    view.set_value("liver")
    assert texts(view, "cohort")[1] == "liver"


def test_that_pasting_rows_of_other_slides_is_told(view, session, qtbot):
    view.go_to(view.proxy.index(1, column(view, "slide_id")))
    names = [
        view.proxy.model.fields[c].column.name for c in view.shown_columns()
    ]  # what stands right of the id
    place = names.index("slide_id")
    wide = names.index("staining") - place + 1
    line = ["S9", *["x"] * (wide - 2), "IHC"]
    QGuiApplication.clipboard().setText("\t".join(line))
    with qtbot.waitSignal(session.told) as told:
        view.paste_cells()
    assert "that name the rows: what was copied is of other rows" in told.args[0]
    assert texts(view, "slide_id")[1] != "S9"
    assert texts(view, "staining")[1] == "IHC"


def test_that_replacing_everywhere_leaves_them_too(view, qtbot):
    view.proxy.setData(view.proxy.index(1, column(view, "staining")), "S1")
    bar = FindBar(view)
    qtbot.addWidget(bar)
    bar.open(replacing=True)
    bar.text.setText("S1")
    bar.by.setText("S9")
    bar.look()
    qtbot.waitUntil(lambda: bar.hits is not None and len(bar.hits) > 1)
    bar.replace_all()
    assert texts(view, "staining")[1] == "S9"
    assert "S1" in texts(view, "slide_id")


def test_that_the_clinical_row_follows_a_slide_to_its_new_id(session):
    clinical = session.project.clinical
    row = clinical.ids[clinical.texts("slide_id").tolist().index("S1")]
    session.edit(rename(session, "S1", "S9"))
    assert clinical.text(row, "slide_id") == "S9"
    session.undo()
    assert clinical.text(row, "slide_id") == "S1"


@pytest.fixture
def results(root):
    """A result of S1, one with a name of its own, its features, and one of S10."""
    for name in ("S1.h5", "S1.nuclei.h5", "S10.h5"):
        file = root / "processed" / "lung" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    (root / "features").mkdir(exist_ok=True)
    (root / "features" / "S1_features.h5").write_bytes(b"")


def test_that_results_left_under_the_old_id_are_told_before(window, results, qtbot):
    session = window.session
    session.edit(rename(session, "S1", "S9"))
    dialog = window.findChild(ChoiceDialog)
    assert dialog.title.text() == "Give the slide S1 the id S9?"
    assert "3 result files carry the old id" in dialog.text.text()
    assert session.project.manifest.find("S9") is None
    button = dialog.findChildren(QPushButton)[-1]
    button.click()
    assert session.project.manifest.find("S9") is not None


def test_that_results_left_in_the_old_cohort_are_told_before(window, results, qtbot):
    window.session.select(("S1", "S2"))
    window.slides.move("liver")
    dialog = window.findChild(ChoiceDialog)
    assert dialog.title.text() == "Put 2 slides into another cohort?"
    assert "2 result files lie in the folder of the old cohort" in dialog.text.text()
    assert window.session.field("S1", "cohort") == "lung"
    dialog.findChildren(QPushButton)[-1].click()
    assert window.session.field("S1", "cohort") == "liver"


def test_that_a_new_id_without_results_is_just_given(window, results):
    window.session.edit(rename(window.session, "S2", "S8"))
    assert window.findChild(ChoiceDialog) is None
    assert window.session.project.manifest.find("S8") is not None
