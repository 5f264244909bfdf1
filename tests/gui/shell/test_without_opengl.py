"""The whole window on screens that cannot draw slides, or draw them another way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pathgui.gui.viewer import opengl

PROGRAM = """
import faulthandler, sys
faulthandler.enable()
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from pathgui.gui.app import application
from pathgui.gui.review.start import StartWish
from pathgui.gui.shell.window import MainWindow
from pathgui.gui.style import Theme
from pathgui.workflows.qc.queue import QueueChoice

app = application()
theme = Theme("light", app)
theme.install()
window = MainWindow(theme, quiet=True)
window.resize(1400, 900)
window.show()
window.session.open(Path(sys.argv[1]))

def wait_for(*signals):
    loop = QEventLoop()
    for signal in signals:
        signal.connect(lambda *_: loop.quit())
    QTimer.singleShot(50_000, loop.quit)
    loop.exec()

window.workspace.show_tab("viewer")
viewer = window.workspace.viewer
if not viewer.settled:
    wait_for(viewer.failed, viewer.ready)
print(viewer.notice.words.splitlines()[0] if viewer.notice.isVisible() else "drawn")
for deed in ("preview", "edit", "annotate", "fit", "save_nothing", "profile"):
    viewer.do(deed)
window.workspace.show_tab("gallery")
window.grab()
print(len(window.workspace.gallery.view.sections[0].slides), "cards")
window.session.select(("synthetic",))
window.reviews.begin(StartWish("shown", QueueChoice("table")))
window.reviews.decide("flag")
window.reviews.leave()
print(window.session.field("synthetic", "qc_status"))
window.workspace.show_tab("slides")
print(window.workspace.slides.proxy.rowCount(), "rows")
window.shutdown()
"""


def run(root: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_that_all_but_the_canvas_works_without_opengl(root):
    said, *rest = run(root, QT_QPA_PLATFORM="offscreen")
    assert said.startswith("Slides cannot be drawn, because this screen has no OpenGL")
    assert rest == ["5 cards", "flag", "5 rows"]


@pytest.mark.gl
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no Xvfb to start")
def test_that_slides_are_drawn_where_the_screen_has_no_glx(root):
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-extension", "GLX",
         "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        number = server.stdout.readline().strip()
        said, *rest = run(root, QT_QPA_PLATFORM="xcb", DISPLAY=f":{number}")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
    # Where there is no EGL either, it is said; a crash is what must not be.
    assert said == "drawn" or said.startswith("Slides cannot be drawn")
    assert rest == ["5 cards", "flag", "5 rows"]


@pytest.mark.parametrize(
    ("current", "wanted"),
    [("eglGetCurrentContext", "egl"), ("glXGetCurrentContext", None)],
)
def test_that_napari_hears_by_what_qt_draws(monkeypatch, current, wanted):
    # Set first, so that it is put back as it was: the next canvas would crash by EGL.
    monkeypatch.setenv("PYOPENGL_PLATFORM", "")
    monkeypatch.delenv("PYOPENGL_PLATFORM")
    monkeypatch.setattr(opengl.sys, "platform", "linux")
    monkeypatch.setattr(opengl, "_is_current", lambda _, name: name == current)
    opengl._say_platform()
    assert os.environ.get("PYOPENGL_PLATFORM") == wanted
