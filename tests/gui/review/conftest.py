"""A review that has begun in a real window."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pathgui import settings
from pathgui.engine import load_recipe, process_slide
from pathgui.gui.review.start import StartDialog
from pathgui.project import Project

Key = Qt.Key


@pytest.fixture
def display(qapp: QApplication) -> None:
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("a canvas needs a display with OpenGL")


@pytest.fixture(scope="module")
def measured(tmp_path_factory, project_template):
    """The project with a result for its real slide."""
    root = tmp_path_factory.mktemp("review") / "project"
    shutil.copytree(project_template, root)
    with Project.open(root) as project:
        recipe = load_recipe(project.folder("pipelines") / "small.toml")
        slide, out = project.slide_path("synthetic"), project.result_path("synthetic")
        process_slide(slide, recipe, out, slide_id="synthetic")
    return root


@pytest.fixture
def root(measured, tmp_path):
    target = tmp_path / "project"
    shutil.copytree(measured, target)
    settings.save(settings.Settings(reviewer="Ada"))
    return target


@pytest.fixture
def reviewing(display, window, qtbot):
    """A review that has begun with F7 and Enter."""
    table = window.workspace.slides.view
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    QTest.keyClick(table, Key.Key_F7)
    dialog = window.findChild(StartDialog)
    assert dialog is not None
    QTest.keyClick(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: window.reviews.active)
    viewer = window.workspace.viewer
    qtbot.waitUntil(lambda: viewer.stage is not None, timeout=60_000)
    qtbot.waitUntil(viewer.hasFocus, timeout=10_000)
    return window
