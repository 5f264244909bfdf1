"""A window that is closed and deleted is really gone, whatever lives on."""

import gc
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pathgui.gui.collecting import leave_out_modules
from pathgui.gui.later import soon
from pathgui.gui.shell.window import MainWindow


@pytest.fixture
def opened(theme, qtbot, root):
    """Makes a window on the project, as the program does."""
    leave_out_modules()

    def make() -> MainWindow:
        made = MainWindow(theme)
        made.show()
        made.session.open(root)
        qtbot.waitUntil(lambda: made.workspace.slides.view.model().rowCount() == 5)
        return made

    return make


def close(window: MainWindow) -> None:
    window.shutdown()
    window.close()
    window.deleteLater()


def flush(app: QApplication) -> None:
    for _ in range(2):
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
        gc.collect()


def test_that_a_closed_window_is_freed_while_its_theme_lives_on(opened, theme, qapp):
    window = opened()
    parts = [window, window.session, window.workspace, window.actions_, window.reviews]
    refs = [weakref.ref(part) for part in parts]
    close(window)
    del window, parts
    flush(qapp)
    left = [type(ref()).__name__ for ref in refs if ref() is not None]
    assert left == []
    theme.set_mode("dark")  # nobody is there to repaint, and nobody fails to
    theme.set_mode("light")


def closed_after_a_slide(window: MainWindow, qtbot: QtBot) -> list[Any]:
    """Weak references to what was there; nothing else of it is left on the stack."""
    window.show_slide("synthetic")
    viewer = window.workspace.viewer
    with qtbot.waitSignal(viewer.ready, timeout=60_000):
        pass
    close(window)
    return [weakref.ref(window), weakref.ref(viewer)]


@pytest.mark.gl
def test_that_a_window_that_showed_a_slide_is_freed_too(opened, qapp, qtbot):
    from pathgui.gui.viewer import embed

    if qapp.platformName() == "offscreen":
        pytest.skip("a canvas needs a display with OpenGL")
    # Done once in the life of the program, and holds the window that is there then.
    embed._settle_garbage()
    refs = closed_after_a_slide(opened(), qtbot)
    flush(qapp)
    assert [ref() is None for ref in refs] == [True, True]


def test_that_what_a_large_edit_left_out_of_collections_goes_with_its_window(
    opened, qapp
):
    window = opened()
    window.collector.hold(True)
    window.collector.hold(False)
    ref = weakref.ref(window)
    close(window)
    del window
    flush(qapp)
    assert ref() is None


class Owner(QObject):
    """Something with a method to be called in a moment."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told

    def tell(self) -> None:
        self.told.append("now")


def test_that_what_is_to_be_done_soon_is_done_once_and_holds_nobody(qapp, qtbot):
    told: list[str] = []
    owner = Owner(told)
    soon(owner, owner.tell)
    assert told == []
    qtbot.waitUntil(lambda: told == ["now"])
    flush(qapp)
    ref = forsaken(told)
    flush(qapp)
    assert told == ["now"]
    assert ref() is None


def forsaken(told: list[str]) -> "weakref.ref[Owner]":
    """An owner that goes before what it was to do."""
    owner = Owner(told)
    soon(owner, owner.tell)
    soon(owner, lambda: owner.told.append("too late"))
    owner.deleteLater()
    return weakref.ref(owner)
