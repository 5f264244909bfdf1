"""Coming and going of slides and viewers leaves nothing behind."""

import gc
import os
import subprocess
import sys
import threading
import weakref

import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from pathgui.gui.viewer.panel import ViewerPanel
from pathgui.gui.viewer.picture import Picture


def alive(kind):
    gc.collect()
    return sum(isinstance(item, kind) for item in gc.get_objects())


def flush():
    application = QApplication.instance()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()
    gc.collect()


def open_slides(slide_id):
    """How many descriptors of this process are on a slide's file."""
    files = psutil.Process().open_files()
    return sum(file.path.endswith(f"{slide_id}.tif") for file in files)


@pytest.mark.gl
def test_that_many_slides_leave_nothing_behind(panel, qtbot, slow):
    for slide_id in ("bare", "second"):
        with qtbot.waitSignal(panel.ready, timeout=30_000):
            panel.show_slide(slide_id)
    flush()
    memory = psutil.Process().memory_info().rss
    threads = threading.active_count()
    for number in range(200 if slow else 12):
        with qtbot.waitSignal(panel.ready, timeout=30_000):
            panel.show_slide(("bare", "second")[number % 2])
    flush()
    assert alive(Picture) == 1
    # Two threads read the slide that is shown, two the one opened ahead.
    assert threading.active_count() <= threads + 4
    assert psutil.Process().memory_info().rss < memory * 1.1 + 2e7
    panel.close_slide()
    flush()
    assert alive(Picture) == 0
    qtbot.waitUntil(lambda: open_slides("bare") + open_slides("second") == 0)


@pytest.mark.gl
def test_that_a_viewer_closes_in_the_middle_of_opening(needs_gl, session, qtbot):
    threads = set(threading.enumerate())
    panel = ViewerPanel(session)
    panel.show()
    panel.show_slide("first")
    panel.shutdown()
    panel.deleteLater()
    flush()
    assert open_slides("first") == 0
    assert set(threading.enumerate()) <= threads


def open_and_close(session, qtbot):
    panel = ViewerPanel(session)
    panel.resize(900, 700)
    panel.show()
    with qtbot.waitSignal(panel.ready, timeout=30_000):
        panel.show_slide("second")
    panel.stage.show_magnification(20)
    panel.shutdown()
    panel.shutdown()
    panel.close()
    panel.deleteLater()
    flush()
    return weakref.ref(panel)


@pytest.mark.gl
def test_that_a_viewer_closes_while_pixels_are_read(needs_gl, session, qtbot):
    from napari.qt import QtViewer

    panels = [open_and_close(session, qtbot)]
    canvases = len(QtViewer._instances)
    panels.append(open_and_close(session, qtbot))
    flush()
    qtbot.waitUntil(lambda: open_slides("second") == 0)
    assert [panel() for panel in panels] == [None, None]
    # OpenGL keeps the canvas that was current last; there must not be more of them.
    assert len(QtViewer._instances) <= canvases


PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
application = QApplication([])
from pathgui.gui.style import Theme
from pathgui.gui.viewer.panel import ViewerPanel
from pathgui.project import Project

class Session(QObject):
    changed = Signal(object)
    theme = Theme("light")
    project = Project.open(Path(sys.argv[1]), write=False)
    def select(self, slides): pass
    def field(self, slide_id, column): return ""

panel = ViewerPanel(Session())
panel.show()
panel.failed.connect(lambda *words: (print(*words, sep="|"), application.quit()))
QTimer.singleShot(0, lambda: panel.show_slide("first"))
QTimer.singleShot(20000, application.quit)
application.exec()
print(panel.notice.words.replace(chr(10), "|"))
panel.shutdown()
print("napari" in sys.modules)
"""


def test_that_a_screen_without_opengl_gets_a_message_and_no_crash(project_folder):
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project_folder)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.splitlines()
    assert out[0].startswith(
        "Slides cannot be drawn, because this screen has no OpenGL"
    )
    assert "Tables, gallery and runs work as usual." in out[0]
    assert out[1].startswith("Slides cannot be drawn")
    assert out[2] == "False"


def test_that_slices_reach_the_window_by_one_signal_made_beforehand(panel):
    """A connection made in another thread, as napari's own, can wait for ever."""
    napari = panel.stage.canvas._napari
    (callback,) = napari.model._layer_slicer.events.ready.callbacks
    owner, name = callback
    assert owner() is napari._slices
    assert name == "tell"
