"""The main window: puts session, desks, actions and panels together."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from pathgui import __version__
from pathgui.errors import PathguiError, ProjectError
from pathgui.gui.actions.menus import MENUS, SLIDE_MENU
from pathgui.gui.actions.qactions import ActionSet
from pathgui.gui.collecting import Collector
from pathgui.gui.desks.clinical import ClinicalDesk
from pathgui.gui.desks.clusters import ClusterDesk
from pathgui.gui.desks.desk import Preferences
from pathgui.gui.desks.exports import ExportDesk
from pathgui.gui.desks.files import FileDesk
from pathgui.gui.desks.gallery import GalleryDesk
from pathgui.gui.desks.imports import ImportDesk
from pathgui.gui.desks.leaving import LeavingDesk
from pathgui.gui.desks.projects import ProjectDesk
from pathgui.gui.desks.reviews import ReviewDesk
from pathgui.gui.desks.runs import RunDesk
from pathgui.gui.desks.safety import SafetyDesk
from pathgui.gui.desks.slides import SlideDesk
from pathgui.gui.desks.tables import TableDesk
from pathgui.gui.desks.tools import ToolDesk
from pathgui.gui.desks.views import ViewDesk
from pathgui.gui.dialogs.error import ErrorDialog
from pathgui.gui.later import soon
from pathgui.gui.panels.banner import ReadingBanner
from pathgui.gui.panels.status import StatusBar
from pathgui.gui.panels.welcome import WelcomePage
from pathgui.gui.review.room import ReviewRoom
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.runs import Runs
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.shell import wiring
from pathgui.gui.shell.chords import Chords
from pathgui.gui.shell.notices import NoticeList, Notices
from pathgui.gui.shell.scrim import Scrim
from pathgui.gui.shell.toast import Toasts
from pathgui.gui.shell.toolbar import Toolbar
from pathgui.gui.shell.workspace import Workspace
from pathgui.gui.style import Theme
from pathgui.settings import resource
from pathgui.workflows import run_recipe, thumbnails

_COMPACT, _NARROW = 1400, 1100


class MainWindow(QMainWindow):
    """The window people work in.

    Parameters
    ----------
    theme : Theme
        Colours and icons.
    quiet : bool
        Show no dialogs (for screenshots without anyone there).

    Attributes
    ----------
    closed : Signal()
        All threads are gone and the window with them.
    """

    closed = Signal()

    def __init__(self, theme: Theme, *, quiet: bool = False) -> None:
        super().__init__()
        self.collector = Collector(self)
        self.collector.start()
        self.setWindowTitle("pathgui")
        self.setWindowIcon(QIcon(str(resource("icons/pathgui.svg"))))
        self.setMinimumSize(1024, 700)
        self._quiet = quiet
        self._may_close = False
        self.theme = theme
        self.session = Session(theme, self)
        self.session.bulk.changed.connect(self.collector.hold)
        self.preferences = Preferences(self.session)
        self.runs = Runs(self.session, run_recipe.record)
        self.thumbnails = Thumbnails(self.session, thumbnails.ensure)
        self.quality = Quality(self.session)
        self.workspace = Workspace(
            self.session, self.runs, self.thumbnails, self.quality, self._make_viewer
        )
        self.setAcceptDrops(True)
        self._make_desks()
        self.review_room = ReviewRoom(
            self.session, self.reviews, self.workspace, self.thumbnails
        )
        self.actions_ = ActionSet(self, self, theme)
        self.chords = Chords(self, self.actions_, self._say_note)
        self.toolbar = Toolbar(theme, self.actions_)
        self.welcome = WelcomePage(theme)
        self.status = StatusBar(self.session, self.runs)
        self.banner = ReadingBanner(self.session)
        self.toasts = Toasts(theme, self)
        self.notices = Notices(self)
        self.notice_list = NoticeList(theme, self.notices, self)
        self.toasts.anchor = self._toast_anchor
        self._build()
        self.scrim = Scrim(theme, self)
        wiring.connect(self)
        self.show_project()

    def _make_desks(self) -> None:
        common = (self.session, self, self.preferences)
        self.projects = ProjectDesk(*common)
        self.slides = SlideDesk(*common)
        self.tables = TableDesk(*common)
        self.reviews = ReviewDesk(*common, self.quality)
        self.run_desk = RunDesk(*common, self.runs)
        self.run_desk.chosen = self.workspace.bottom.runs.chosen_run
        self.run_desk.chosen_slide = self.workspace.bottom.runs.chosen_slide
        self.leaving = LeavingDesk(*common, self.runs, quiet=self._quiet)
        self.leaving.blinded = lambda: self.reviews.state.blinded
        self.projects.leaving = self.leaving.ask
        self.clusters = ClusterDesk(*common, self.runs)
        self.views = ViewDesk(*common, self.workspace)
        self.tools = ToolDesk(*common)
        self.gallery = GalleryDesk(*common, self.workspace)
        self.clinical = ClinicalDesk(*common)
        self.exports = ExportDesk(*common)
        self.files = FileDesk(*common)
        self.files.add = self.slides.ask_add
        self.files.move = self.slides.move
        self.imports = ImportDesk(*common)
        self.imports.new_project = self.projects.new
        self.imports.save = self.projects.save
        self.safety = SafetyDesk(*common)
        self.safety.place = self.tables.place
        self.safety.save = self.projects.save

    def _build(self) -> None:
        for title, keys in MENUS.items():
            menu = self.menuBar().addMenu(title)
            self.actions_.fill(menu, keys)
            menu.aboutToShow.connect(self.actions_.refresh)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.workspace)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        bars = (self.toolbar, self.review_room.head, self.banner)
        for widget in (*bars, self.stack, self.status):
            box.addWidget(widget, 1 if widget is self.stack else 0)
        self.setCentralWidget(holder)
        self.menuBar().setFixedHeight(28)

    def show_project(self) -> None:
        """Show the workspace of the open project, or the welcome page."""
        project = self.session.project
        there = project is not None
        self.toolbar.setVisible(there)
        self.stack.setCurrentWidget(self.workspace if there else self.welcome)
        name = project.name if project is not None else ""
        self.toolbar.name_project(name)
        reading = " (read only)" if project is not None and not project.writable else ""
        self.setWindowTitle(f"{name}{reading} – pathgui" if name else "pathgui")
        if not there:
            self.welcome.show_recent(self.preferences.values.recent)
            self.status.say_left(f"pathgui {__version__}")
        self.actions_.refresh()

    def show_slide(self, slide_id: str) -> None:
        """Show a slide in the viewer."""
        self.session.select(slide_id)
        self.workspace.show_tab("viewer")

    def find_slide(self, slide_id: str) -> None:
        """Raise ProjectError if the open project has no such slide."""
        project = self.session.project
        if project is None or project.manifest.find(slide_id) is None:
            raise ProjectError(
                f"there is no slide {slide_id} in the project",
                "check the spelling against pathgui status",
            )

    def _say_note(self, words: str) -> None:
        self.session.told.emit(words, "note")

    def say_trouble(self, error: BaseException) -> None:
        """Show an error people can read; hand any other to the crash dialog."""
        if not isinstance(error, PathguiError):
            raise error
        if not self._quiet:
            self.views.show_dialog(ErrorDialog(self.theme, self.veiled(error), self))

    def veiled(self, error: PathguiError) -> PathguiError:
        """An error without what a blinded review hides."""
        veil = self.reviews.state.veil
        message, hint = veil(error.message), veil(error.hint)
        same = (message, hint) == (error.message, error.hint)
        return error if same else PathguiError(message, hint)

    def slide_menu(self, place: object) -> None:
        """Offer what can be done with the selected slides."""
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        self.actions_.refresh()
        self.actions_.fill(menu, SLIDE_MENU)
        menu.popup(place)  # type: ignore[arg-type]

    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Take what was dropped: a project is opened, slides are added."""
        if len(paths) == 1 and (paths[0] / "pathgui.toml").exists():
            self.projects.open(paths[0])
        elif self.session.project is not None:
            self.slides.ask_add(paths)
        else:
            self.projects.new(lambda: self.slides.ask_add(paths))

    @override
    def event(self, event: QEvent) -> bool:
        # Qt makes the window anew when the first OpenGL canvas comes into it, and
        # the new one begins without the keyboard.
        if event.type() == QEvent.Type.WinIdChange:
            soon(self, self._take_keyboard)
        if event.type() == QEvent.Type.WindowBlocked:
            self.scrim.cover()
        elif event.type() == QEvent.Type.WindowUnblocked:
            self.scrim.hide()
        return super().event(event)

    def _take_keyboard(self) -> None:
        if self.isVisible() and QApplication.activeModalWidget() is None:
            self.activateWindow()
            self.views.focus_page()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = tuple(Path(u.toLocalFile()) for u in urls if u.isLocalFile())
        if paths:
            self.open_paths(paths)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.leaving.held:
            event.ignore()
            self.leaving.ask(self._close_now)
            return
        self.shutdown()
        event.accept()
        self.closed.emit()

    def quit(self) -> None:
        """Close the window, and the program with it."""
        self.close()

    def _close_now(self) -> None:
        self._may_close = True
        self.close()

    def shutdown(self) -> None:
        """Stop everything that goes on in threads, and close the project."""
        self.toasts.clear()
        self.runs.shutdown()
        viewer = self.workspace.viewer
        if viewer is not None:
            viewer.shutdown()  # type: ignore[attr-defined]
        self.session.shutdown()
        self.workspace.bottom.log.shutdown()
        self.collector.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        compact = self.width() < _COMPACT
        self.toolbar.set_compact(compact)
        self.workspace.set_compact(compact)
        self.workspace.set_narrow(self.width() < _NARROW)
        self.status.set_compact(compact)
        if self.scrim.isVisible():
            self.scrim.cover()

    def show_notices(self) -> None:
        """Fold out what was told, below the bell."""
        bell = self.toolbar.bell
        corner = QPoint(self.width() - 8, self.menuBar().height() + 8)
        if bell.isVisible():
            corner = bell.mapTo(self, QPoint(bell.width() + 60, bell.height() + 4))
        self.notice_list.open_at(self.mapToGlobal(corner))

    def _toast_anchor(self) -> int:
        """Pixels from the lower edge that toasts leave free."""
        bottom = self.workspace.bottom
        above = bottom.height() if bottom.isVisible() else 0
        # Never so high that a toast leaves the window.
        return min(above + self.status.height(), self.height() // 2) + 10

    def _make_viewer(self) -> QWidget:
        # Loading napari takes seconds: only when the viewer is wanted.
        from pathgui.gui.viewer.panel import ViewerPanel

        viewer = ViewerPanel(self.session)
        viewer.order = lambda: list(self.session.slides)
        wiring.connect_viewer(self, viewer)
        return viewer
