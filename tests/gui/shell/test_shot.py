"""Pictures of the window, taken once all of it is drawn."""

import pytest
from PySide6.QtGui import QImage

from pathgui.gui.shell.shot import Shot
from pathgui.gui.viewer.panel import ViewerPanel

pytestmark = pytest.mark.gl
SOON = 20_000


def test_that_an_empty_viewer_is_not_waited_for(window, tmp_path, qtbot):
    window.workspace.show_tab("viewer")
    window.workspace.viewer.close_slide()
    assert window.workspace.viewer.settled
    shot = Shot(window, tmp_path / "empty.png")
    with qtbot.waitSignal(shot.done, timeout=SOON) as told:
        shot.start()
    assert told.args == [0]
    assert QImage(str(tmp_path / "empty.png")).width() >= 1280


def test_that_a_slide_that_cannot_be_shown_is_not_waited_for(window, tmp_path, qtbot):
    window.show_slide("S1")
    viewer = window.workspace.viewer
    qtbot.waitUntil(lambda: viewer.settled, timeout=SOON)
    shot = Shot(window, tmp_path / "missing.png")
    with qtbot.waitSignal(shot.done, timeout=SOON):
        shot.start()


def test_that_a_slide_shown_before_is_not_taken_for_the_one_asked_for(
    window, tmp_path, qtbot
):
    shot = Shot(window, tmp_path / "slide.png")
    shot.start()
    window.show_slide("synthetic")
    viewer: ViewerPanel = window.workspace.viewer
    # What a slide that was asked for before says when it comes after all.
    viewer.ready.emit("another")
    assert not shot._settle.isActive()
    with qtbot.waitSignal(shot.done, timeout=SOON) as told:
        pass
    assert told.args == [0]
    assert viewer._shown.slide_id == "synthetic"
    assert not viewer.stage.canvas.waiting
