"""The viewer inside the window: it follows the selection; digits are its layers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

pytestmark = pytest.mark.gl


@pytest.fixture(autouse=True)
def display(qapp: QApplication) -> None:
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("a canvas needs a display with OpenGL")


@pytest.fixture
def viewing(window, qtbot):
    window.show_slide("synthetic")
    with qtbot.waitSignal(window.workspace.viewer.ready, timeout=60_000):
        pass
    return window


def test_that_opening_in_the_viewer_shows_slide_and_layers(viewing):
    work = viewing.workspace
    assert work.tab == "viewer"
    assert work.viewer.slide_id == "synthetic"
    assert not work.bottom.isVisible()
    assert not work.inspector.picture.isVisible()
    assert work.inspector.title.words() == "synthetic"


def test_that_digits_decide_in_the_inspector_and_not_over_the_canvas(viewing, qtbot):
    viewer, session = viewing.workspace.viewer, viewing.session
    viewer.setFocus()
    qtbot.waitUntil(viewer.hasFocus)
    qtbot.keyClick(viewer, Qt.Key.Key_2)
    assert session.field("synthetic", "qc_status") == ""
    inspector = viewing.workspace.inspector
    inspector.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    inspector.setFocus()
    qtbot.waitUntil(inspector.hasFocus)
    with qtbot.waitSignal(session.decided):
        qtbot.keyClick(inspector, Qt.Key.Key_2)
    assert session.field("synthetic", "qc_status") == "flag"


def test_that_a_slide_whose_file_is_gone_says_so_and_the_next_one_shows(viewing, qtbot):
    viewer = viewing.workspace.viewer
    with qtbot.waitSignal(viewer.failed, timeout=30_000):
        viewing.session.select("S1")
    with qtbot.waitSignal(viewer.ready, timeout=60_000):
        viewing.session.select("synthetic")
    assert viewer.slide_id == "synthetic"


def test_that_a_recipe_can_be_tried_out_where_the_inspector_is_folded_away(viewing):
    viewing.views.toggle("inspector")
    assert not viewing.workspace.inspector.isVisible()
    viewing.actions_.trigger("viewer.preview")
    assert viewing.workspace.inspector.isVisible()
    viewing.actions_.trigger("viewer.preview")
    assert not viewing.workspace.inspector.isVisible()


def test_that_closing_the_project_empties_the_viewer(viewing):
    viewing.actions_.trigger("file.close")
    assert viewing.workspace.viewer.slide_id == ""
