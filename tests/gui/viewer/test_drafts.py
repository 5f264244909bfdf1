"""What is drawn and not saved survives changes of slide, closing, and a crash."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from pathgui.gui.desks.leaving import DISCARD, SAVE
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.workflows import annotations, drafts, reviewed_masks

pytestmark = pytest.mark.gl
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def viewer(window, qtbot):
    window.show_slide("synthetic")
    viewer = window.workspace.viewer
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        pass
    return viewer


def draw(viewer, *points) -> None:
    sheet, canvas = viewer.stage.draw_sheet, viewer.stage.canvas
    width, height = canvas.picture.size
    spots = [canvas.to_widget(x * width, y * height).toPoint() for x, y in points]
    QTest.mousePress(sheet, LEFT, NONE, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(sheet, spot)
    QTest.mouseRelease(sheet, LEFT, NONE, spots[-1])


def click(viewer, *points) -> None:
    for point in points:
        draw(viewer, point)


def edit_mask(viewer, qtbot) -> np.ndarray:
    """Change the mask, wait until the draft is on disk, give the mask."""
    QTest.keyClick(viewer, Qt.Key.Key_E)
    draw(viewer, (0.05, 0.05), (0.3, 0.05))
    editor = viewer.tools.masks.tool.editor
    assert editor.changed
    file = drafts.mask_file(viewer._session.project, "synthetic")
    qtbot.waitUntil(file.exists)
    return editor.mask.copy()


def draw_shape(viewer) -> None:
    QTest.keyClick(viewer, Qt.Key.Key_D)
    click(viewer, (0.1, 0.1), (0.4, 0.1), (0.4, 0.4))


def question(window) -> ChoiceDialog:
    (dialog,) = (d for d in window.findChildren(ChoiceDialog) if d.isVisible())
    return dialog


def answer(window, words: str) -> None:
    buttons = question(window).findChildren(QPushButton)
    next(button for button in buttons if button.text() == words).click()


def test_that_closing_the_window_asks_about_an_unsaved_mask(window, viewer, qtbot):
    project, mask = window.session.project, edit_mask(viewer, qtbot)
    window.close()
    assert window.isVisible()
    assert "the mask of synthetic" in question(window).text.text()
    answer(window, "Cancel")
    assert viewer.tools.masks.on
    window.close()
    with qtbot.waitSignal(window.closed):
        answer(window, SAVE)
    assert (reviewed_masks.load(project, "synthetic").mask == mask).all()
    assert not drafts.mask_file(project, "synthetic").exists()


def test_that_what_is_discarded_is_not_offered_again(window, viewer, qtbot):
    project = window.session.project
    edit_mask(viewer, qtbot)
    window.projects.close()
    answer(window, DISCARD)
    assert window.session.project is None
    qtbot.waitUntil(lambda: not drafts.mask_file(project, "synthetic").exists())
    assert reviewed_masks.load(project, "synthetic") is None


def test_that_a_mask_in_hand_is_offered_after_a_crash(
    window, viewer, root, tmp_path, qtbot
):
    mask = edit_mask(viewer, qtbot)
    # What a crash leaves behind is what is on disk at that moment.
    left = tmp_path / "left"
    shutil.copytree(root, left, ignore=shutil.ignore_patterns("lock*"))
    viewer.tools.discard_drafts()
    window.session.open(left)
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        window.show_slide("synthetic")
    assert "not saved" in viewer.stage.banner.text
    QTest.mouseClick(viewer.stage.banner.button, LEFT)
    assert viewer.tools.masks.on
    assert (viewer.tools.masks.tool.editor.mask == mask).all()
    assert viewer.tools.unsaved == ["the mask of synthetic"]


def test_that_a_mask_taken_back_to_where_it_was_leaves_no_draft(window, viewer, qtbot):
    edit_mask(viewer, qtbot)
    QTest.keyClick(viewer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not viewer.tools.masks.tool.editor.changed
    file = drafts.mask_file(window.session.project, "synthetic")
    qtbot.waitUntil(lambda: not file.exists())
    assert not window.leaving.held


def test_that_a_shape_in_hand_waits_until_its_slide_comes_back(window, viewer, qtbot):
    draw_shape(viewer)
    corners = list(viewer.tools.drawing.polygon.corners)
    assert len(corners) == 3
    with qtbot.waitSignal(viewer.failed, timeout=30_000):
        window.show_slide("S1")
    with qtbot.waitSignal(viewer.ready, timeout=30_000):
        window.show_slide("synthetic")
    assert "not kept" in viewer.stage.banner.text
    QTest.mouseClick(viewer.stage.banner.button, LEFT)
    assert viewer.tools.drawing.polygon.corners == corners
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert viewer.tools.unsaved == []


def test_that_a_shape_in_hand_is_kept_when_the_project_is_left(window, viewer, qtbot):
    project = window.session.project
    draw_shape(viewer)
    window.projects.close()
    with qtbot.waitSignal(window.session.project_closed):
        answer(window, SAVE)
    (kept,) = annotations.load(project, "synthetic")
    assert kept.geometry.area > 0


def test_that_a_window_with_nothing_in_hand_closes_at_once(window, viewer, qtbot):
    QTest.keyClick(viewer, Qt.Key.Key_E)
    with qtbot.waitSignal(window.closed):
        window.close()
