"""Decisions land on the slide that is seen, and undo takes back nothing else."""

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from pathgui.gui.dialogs.palette import PaletteDialog
from pathgui.gui.review.start import StartWish
from pathgui.gui.viewer.layers_panel import LayersPanel
from pathgui.project import Cell, Edit, Project
from pathgui.workflows.qc.queue import QueueChoice
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.review import Decision, log_decision

pytestmark = [pytest.mark.gl, pytest.mark.usefixtures("display")]
Key = Qt.Key


def press(window, *keys):
    for key in keys:
        QTest.keyClick(window.workspace.viewer, key)


def logged(root):
    with (root / "metadata" / "qc_decisions.csv").open(newline="") as file:
        return [(r["slide_id"], r["qc_status"]) for r in csv.DictReader(file)]


def test_that_page_keys_bring_the_review_along(reviewing, root):
    state, viewer = reviewing.reviews.state, reviewing.workspace.viewer
    first, second = state.queue[:2]
    press(reviewing, Key.Key_PageDown)
    assert (viewer.slide_id, state.current) == (second, second)
    press(reviewing, Key.Key_3)
    assert logged(root) == [(second, "exclude")]
    press(reviewing, Key.Key_PageUp)
    assert state.current == first


def test_that_a_slide_outside_the_queue_is_not_shown_in_a_review(
    reviewing, root, qtbot
):
    reviewing.reviews.leave()
    reviewing.session.select(("S1", "S2"))
    reviewing.reviews.begin(StartWish("ticked", QueueChoice("table")))
    reviewing.session.select("S4")
    assert reviewing.workspace.viewer.slide_id == "S1"
    assert reviewing.reviews.state.current == "S1"
    reviewing.workspace.viewer.close_slide()
    reviewing.reviews.decide("exclude")
    assert not (root / "metadata" / "qc_decisions.csv").exists()


def test_that_the_undo_of_a_review_leaves_earlier_edits_alone(reviewing):
    session, desk = reviewing.session, reviewing.reviews
    desk.leave()
    clinical = session.project.clinical
    session.edit(
        Edit("Edit age", (Cell("clinical", clinical.row_ids[0], "age", "61", "62"),))
    )
    desk.begin(StartWish("shown", QueueChoice("table")))
    first = desk.state.current
    press(reviewing, Key.Key_U)
    assert session.undo_stack.count() == session.undo_stack.index() == 1
    press(reviewing, Key.Key_1, Key.Key_Right, Key.Key_U)
    assert desk.state.current == first, "undo shows its slide"
    assert session.field(first, "qc_status") == ""
    press(reviewing, Key.Key_U)
    assert clinical.text(clinical.row_ids[0], "age") == "62"


def test_that_undoing_tiles_shows_their_slide_again(reviewing, qtbot):
    viewer, state = reviewing.workspace.viewer, reviewing.reviews.state
    state.go_to("synthetic")
    qtbot.waitUntil(lambda: viewer.tools.excluding.slide_id == "synthetic")
    tiles = viewer.stage.canvas.picture.tile_map
    x, y, size, _ = tiles.box(0)
    viewer.stage.pointer.click(x + size / 2, y + size / 2)
    assert viewer.tools.excluding.excluded == [0]
    other = next(s for s in state.queue if s != "synthetic")
    state.go_to(other)
    press(reviewing, Key.Key_U)
    assert state.current == "synthetic"


def test_that_reasons_and_notes_wait_for_the_decision(reviewing, root):
    state, panel = reviewing.reviews.state, reviewing.review_room.panel
    first = state.current
    press(reviewing, Key.Key_W, Key.Key_N)
    QTest.keyClicks(panel.note, "edge")
    QTest.keyClick(panel.note, Key.Key_Escape)
    assert "with the decision" in panel.saved.text()
    press(reviewing, Key.Key_Right)
    assert panel.note.toPlainText() == ""
    press(reviewing, Key.Key_Left)
    assert panel.note.toPlainText() == "edge"
    assert panel.reasons[1].isChecked()
    assert reviewing.status.edits.words.text() == "Decisions are saved at once"
    press(reviewing, Key.Key_3)
    assert reviewing.session.field(first, "qc_reason") == "fold"
    assert reviewing.status.edits.words.text().startswith("Decision saved ")
    panel.clear.click()
    assert reviewing.session.field(first, "qc_status") == ""
    assert not panel.clear.isEnabled()
    second = state.queue[1]
    press(reviewing, Key.Key_Right, Key.Key_N)
    QTest.keyClicks(panel.note, "typed here")
    panel.previous.click()
    assert panel.note.toPlainText() == "", "the note stays with its slide"
    reviewing.review_room.strip.picked.emit(1)
    assert panel.note.toPlainText() == "typed here"
    panel.note.setFocus()
    QTest.keyClicks(panel.note, " ")
    panel.buttons["flag"].click()
    assert reviewing.quality.last(second).note == "typed here"
    panel.clear.click()
    press(reviewing, Key.Key_Q, Key.Key_Escape)
    told = [label.text() for label in reviewing.findChildren(QLabel)]
    assert any("without a decision" in words for words in told)


def test_that_a_blinded_review_shows_nothing_of_what_others_decided(
    reviewing, root, qtbot
):
    state, room = reviewing.reviews.state, reviewing.review_room
    slide = state.current
    with Project.open(root, write=False) as other:
        log_decision(other, Decision(slide, "exclude", "fold", "a crease", "Bo"))
    reviewing.quality.listen()
    assert room.panel.note.toPlainText() == "a crease"
    press(reviewing, Key.Key_B)
    assert not any(button.isChecked() for button in room.panel.buttons.values())
    assert not any(button.isChecked() for button in room.panel.reasons)
    assert room.panel.note.toPlainText() == ""
    assert "0 exclude" in room.head.counts.text()
    press(reviewing, Key.Key_4)
    assert reviewing.session.field(slide, "qc_status") == "exclude", "not ours to clear"
    press(reviewing, Key.Key_1, Key.Key_U)
    assert state.status(slide) == ""
    assert reviewing.session.field(slide, "qc_status") == "exclude", "Bo's stands"
    press(reviewing, Key.Key_B)
    assert room.panel.buttons["exclude"].isChecked()


def test_that_the_count_of_excluded_tiles_is_that_of_the_slide_in_turn(
    reviewing, qtbot
):
    state, panel = reviewing.reviews.state, reviewing.review_room.panel
    viewer = reviewing.workspace.viewer
    log_tiles(reviewing.session.project, "synthetic", [(0, 0, 10**6, 10**6)])
    state.go_to("synthetic")
    qtbot.waitUntil(lambda: panel.tiles.text()[:1] not in ("0", "–"), timeout=30_000)
    state.go_to(next(s for s in state.queue if s != "synthetic"))
    assert panel.tiles.text() == "–"
    qtbot.waitUntil(viewer.notice.isVisible, timeout=30_000)
    assert panel.tiles.text() == "–"


def test_that_plain_digits_switch_layers_in_the_viewer_and_decide_in_a_review(
    reviewing, qtbot, root
):
    window, viewer = reviewing, reviewing.workspace.viewer
    window.reviews.state.go_to("synthetic")
    qtbot.waitUntil(lambda: bool(viewer.layers.overlays), timeout=30_000)
    window.reviews.leave()
    window.workspace.show_tab("viewer")
    viewer.setFocus()
    qtbot.waitUntil(viewer.hasFocus)
    layer = viewer.layers.overlays[0]
    shown = layer.visible
    press(window, Key.Key_1)
    assert layer.visible is not shown
    window.views.show_layers()
    panel = window.findChild(LayersPanel)
    qtbot.waitUntil(lambda: panel.isAncestorOf(QApplication.focusWidget() or window))
    QTest.keyClick(QApplication.focusWidget(), Key.Key_1)
    assert layer.visible is shown
    assert not (root / "metadata" / "qc_decisions.csv").exists()


def test_that_keys_of_the_viewer_that_make_no_sense_rest_in_a_review(
    window, root, qtbot
):
    desk, viewer = window.reviews, None
    window.show_slide("synthetic")
    viewer = window.workspace.viewer
    qtbot.waitUntil(lambda: bool(viewer.layers.overlays), timeout=60_000)
    viewer.preview.switch(True)
    desk.begin(StartWish("shown", QueueChoice("table")))
    assert not viewer.preview.on, "the result is judged, and not what is tried out"
    press(window, Key.Key_P, Key.Key_C)
    window.actions_.trigger("viewer.preview")
    assert not viewer.preview.on
    tips = {key: b.toolTip() for key, b in viewer.stage.strip.buttons.items()}
    assert (tips["ruler"], tips["edit"]) == ("Ruler", "Edit mask")
    assert tips["tiles"] == "Select tiles in a box (X)"
    press(window, Key.Key_M)
    before = [item.visible for item in viewer.layers.overlays]
    QTest.keyPress(viewer, Key.Key_H)
    QTest.keyRelease(viewer, Key.Key_H)
    assert [item.visible for item in viewer.layers.overlays] == before
    goto = viewer.stage.extras.goto
    viewer.stage.extras.ask_place()
    qtbot.waitUntil(goto.field.hasFocus)
    QTest.keyClick(goto.field, Key.Key_Escape)
    assert not goto.isVisible()
    assert desk.active, "Esc put the card away, and not the review"
    window.views.palette()
    palette = window.findChild(PaletteDialog)
    palette.field.setText("@syn")
    assert palette.nothing.text().startswith("Slides and columns are not searched")
    assert palette.nothing.isVisible()
    palette.reject()
    desk.leave()
    assert viewer.preview.on
    assert viewer.stage.strip.buttons["ruler"].toolTip() == "Ruler (R)"
    viewer.preview.switch(False)
    viewer.stage.pointer.select([0, 1])
    assert window.status.left.text().endswith("2 tiles selected")
