"""The application: starts Qt, shows the window, and catches what nobody expected."""

import os
import sys
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from pathgui import log, settings
from pathgui.gui.collecting import leave_out_modules
from pathgui.gui.dialogs.crash import CrashDialog
from pathgui.gui.later import soon
from pathgui.gui.shell.shot import Shot
from pathgui.gui.shell.window import MainWindow
from pathgui.gui.style import Theme

_log = log.get(__name__)
_WIDTH, _HEIGHT = 1600, 1000


class Crashes(QObject):
    """Turns unexpected exceptions of any thread into a log entry and one dialog."""

    happened = Signal(object, object)

    def __init__(self, window: MainWindow, *, quiet: bool) -> None:
        super().__init__(window)
        self._window, self._quiet = window, quiet
        self._before = sys.excepthook
        self.happened.connect(self._show)
        sys.excepthook = self.catch

    def catch(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Note an exception; the hook of the interpreter."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        _log.critical("unexpected error", exc_info=(kind, error, trace))
        self.happened.emit(kind, trace)

    def remove(self) -> None:
        """Give the interpreter its own hook back."""
        sys.excepthook = self._before

    def _show(self, kind: type[BaseException], trace: TracebackType | None) -> None:
        window = self._window
        if self._quiet or window.findChild(CrashDialog) is not None:
            return
        live = window.runs.live is not None
        dialog = CrashDialog(window.theme, kind, trace, window, running=live)
        dialog.log_wanted.connect(window.tools.show_log)
        dialog.close_wanted.connect(window.projects.close)
        window.views.show_dialog(dialog)


def run(project: Path | None, slide: str | None, screenshot: Path | None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    project : Path or None
        Project folder to open; None shows the welcome page.
    slide : str or None
        Slide to show in the viewer.
    screenshot : Path or None
        Write a PNG once all is drawn, and leave; no dialog comes up then.

    Returns
    -------
    int
        Exit status: 0, or 2 if the project, the slide or the picture failed.

    Raises
    ------
    ProjectError
        If the project cannot be opened and no window is there to say so.
    """
    app = application()
    _start_log()
    preferences = settings.load()
    theme = Theme(preferences.theme, app)
    theme.install()
    quiet = screenshot is not None
    leave_out_modules()
    window = MainWindow(theme, quiet=quiet)
    crashes = Crashes(window, quiet=quiet)
    _show(window, app, quiet=quiet)
    try:
        if screenshot is not None:
            return _photograph(app, window, project, slide, screenshot)
        soon(window, lambda: _begin(window, project, slide))
        return app.exec()
    finally:
        crashes.remove()
        window.shutdown()
        window.deleteLater()


def application() -> QApplication:
    """The Qt application, made if there is none yet."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    # Wayland and X11 show the icon of the desktop file of this name.
    QApplication.setApplicationName("pathgui")
    QApplication.setDesktopFileName("pathgui")
    app = QApplication(sys.argv[:1])
    app.setApplicationDisplayName("")
    return app


def _start_log() -> None:
    folder = settings.path().parent / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log.setup(
            debug=bool(os.environ.get("PATHGUI_DEBUG")), file=folder / "window.log"
        )
    except OSError:
        log.setup()


def _show(window: MainWindow, app: QApplication, *, quiet: bool) -> None:
    screen = app.primaryScreen().availableGeometry()
    width, height = min(_WIDTH, screen.width()), min(_HEIGHT, screen.height())
    if quiet:
        width, height = max(width, 1280), max(height, 800)
    window.resize(width, height)
    window.show()


def _begin(window: MainWindow, project: Path | None, slide: str | None) -> None:
    if project is not None:
        show = None if slide is None else partial(window.show_slide, slide)
        window.projects.open(project, show)


def _photograph(
    app: QApplication,
    window: MainWindow,
    project: Path | None,
    slide: str | None,
    target: Path,
) -> int:
    # Errors are raised here: there is nobody to read a dialog.
    if project is not None:
        window.session.open(project)
    if slide is not None:
        window.find_slide(slide)
        window.show_slide(slide)
    elif window.session.slides:
        window.session.select(window.session.slides[0])
    shot = Shot(window, target)
    shot.done.connect(app.exit)
    QTimer.singleShot(0, shot.start)
    return app.exec()
