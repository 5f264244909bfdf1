"""Missing slides, and where their files are now."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from pathgui.errors import PathguiError
from pathgui.gui.background import Background
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import Button, label, row
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project import Project
from pathgui.workflows.relink import follow
from pathgui.workflows.rescan import Rescan, rescan

_HEADS = (Head("Slide", 210), Head("Was at", 280), Head("Is at"))
_FILES = "Slides (*.svs *.tif *.tiff *.ndpi *.mrxs *.scn *.vms *.bif *.dcm);;All (*)"


class RelinkDialog(Dialog):
    """Finds files one by one, or a whole folder by content.

    Attributes
    ----------
    chosen : Signal(dict)
        File by slide id.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        project: Project,
        background: Background,
        lost: Iterable[str],
        parent: QWidget | None = None,
    ) -> None:
        self._lost = list(lost)
        count = len(self._lost)
        noun = "slide is" if count == 1 else "slides are"
        super().__init__(
            theme,
            f"{count:,} {noun} not where the manifest says"
            if count
            else "All is there",
            "Search a folder: slides are known by their content, whatever they are "
            "called. Or choose the file of one; others that moved with it come along.",
            parent,
        )
        self.setObjectName("relinkDialog")
        self._project, self._background = project, background
        self.moves: dict[str, Path] = {}
        self.list = RowsView(theme, _HEADS, "Missing slides")
        self.search = Button(theme, "Search a folder…", "ph.magnifying-glass")
        self.pick = Button(theme, "Choose file…", "ph.image-square")
        self.said = label("", "quiet", size=12, wrap=True)
        self.body.addSpacing(4)
        self.body.addLayout(row(self.search, self.pick, None))
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.said)
        self.add_cancel()
        self.go = self.add_right("Relink", "ph.link", "primary")
        self.search.clicked.connect(self._ask_folder)
        self.pick.clicked.connect(self._ask_file)
        self.list.opened.connect(lambda _key, _column: self._ask_file())
        self.go.clicked.connect(self._relink)
        self.resize(900, 500)
        self._show()
        if self._lost:
            self.list.selectRow(0)

    def _show(self) -> None:
        manifest = self._project.manifest
        rows = []
        for slide in self._lost:
            found = manifest.find(slide)
            old = manifest.text(found, "path") if found is not None else ""
            new = self.moves.get(slide)
            link = Part("Choose file…", "link", "ph.image-square", "accent")
            here = Part(str(new), icon="ph.check-circle-fill", tint="ok")
            rows.append(
                Row(
                    slide,
                    (Part(slide, "mono"), Part(old, "quiet"), here if new else link),
                )
            )
        self.list.show_rows(rows)
        count = len(self.moves)
        self.go.setEnabled(count > 0)
        self.go.setText(f"Relink {count:,} {'slide' if count == 1 else 'slides'}")
        self.pick.setEnabled(bool(self._lost))

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Search for slides in")
        if folder:
            self.search_folder(Path(folder))

    def search_folder(self, folder: Path) -> None:
        """Look for the missing slides by their content, in the background."""
        project = self._project
        self.said.setText(f"Searching {folder}…")
        task = self._background.start(
            "Searching for slides",
            lambda progress, asked: rescan(project, [folder], progress, asked),
        )
        task.done.connect(self._found)
        task.failed.connect(self._failed)

    def _found(self, found: Rescan) -> None:
        wanted = set(self._lost)
        self.moves |= {m.slide_id: m.new for m in found.moved if m.slide_id in wanted}
        count = len(self.moves)
        self.said.setText(f"{count:,} of {len(self._lost):,} found by their content")
        self._show()

    def _ask_file(self) -> None:
        slide = self.list.current_key()
        if not slide:
            return
        name, _ = QFileDialog.getOpenFileName(self, f"File of {slide}", "", _FILES)
        if name:
            self.take(slide, Path(name))

    def take(self, slide: str, path: Path) -> None:
        """Take a file for a slide, and what moved the same way for others."""
        task = self._background.start(
            "Looking beside it", _following(self._project, slide, path)
        )
        task.done.connect(self._followed)
        task.failed.connect(self._failed)

    def _followed(self, moves: dict[str, Path]) -> None:
        wanted = set(self._lost)
        self.moves |= {s: path for s, path in moves.items() if s in wanted}
        others = len(moves) - 1
        noun = "slide" if others == 1 else "slides"
        self.said.setText(
            f"{others:,} other {noun} moved the same way" if others else ""
        )
        self._show()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, PathguiError):
            raise error
        self.said.setText(f"{error.message} {error.hint}".strip())

    def _relink(self) -> None:
        self.accept()
        self.chosen.emit(self.moves)


def _following(
    project: Project, slide: str, path: Path
) -> Callable[..., dict[str, Path]]:
    return lambda _progress, _asked: follow(project, slide, path)
