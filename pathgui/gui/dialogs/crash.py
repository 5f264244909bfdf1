"""The crash dialog: an error nobody expected, with details that name no patient."""

import platform
import re
import sys
import traceback
from importlib import metadata
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QWidget

from pathgui import __version__
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme, fonts
from pathgui.gui.style.parts import label

_PATH = re.compile(r"(/|[A-Za-z]:\\)[^\s\"']+")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


class CrashDialog(Dialog):
    """Says that tables are safe, and offers details to copy.

    Attributes
    ----------
    log_wanted : Signal()
        Someone wants to see the log file.
    close_wanted : Signal()
        Someone wants to close the project.
    """

    log_wanted = Signal()
    close_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        kind: type[BaseException],
        trace: TracebackType | None,
        parent: QWidget | None = None,
        *,
        running: bool = False,
    ) -> None:
        text = "Your tables are safe: every edit is in the journal. "
        text += "The run goes on. " if running else ""
        super().__init__(
            theme,
            "pathgui met an error it did not expect",
            text + "You can keep working.",
            parent,
            icon="ph.x-circle-fill",
            tint="err",
        )
        self.setObjectName("crashDialog")
        self._kind, self._trace = kind, trace
        place = label(f"{kind.__name__} in {_place(trace)}", "well")
        place.setFont(fonts.mono(12))
        self.packages = QCheckBox("Include the list of installed packages")
        self.packages.setChecked(True)
        self.body.addSpacing(4)
        self.body.addWidget(place)
        self.body.addWidget(self.packages)
        note = "Slide names and clinical values are left out of the details."
        self.body.addWidget(label(note, "quiet", size=fonts.SMALL))
        copy = self.add_left("Copy details", "ph.copy")
        show = self.add_left("Show log file", "ph.folder-simple")
        close = self.add_right("Close project")
        keep = self.add_right("Keep working", "ph.check", "primary")
        copy.clicked.connect(self._copy)
        show.clicked.connect(self.log_wanted)
        close.clicked.connect(self._close_project)
        keep.clicked.connect(self.accept)
        self.setMinimumWidth(600)

    def _copy(self) -> None:
        text = details(self._kind, self._trace, packages=self.packages.isChecked())
        QGuiApplication.clipboard().setText(text)

    def _close_project(self) -> None:
        self.accept()
        self.close_wanted.emit()


def details(
    kind: type[BaseException], trace: TracebackType | None, *, packages: bool = True
) -> str:
    """What happened where, without names of slides, patients or folders.

    The message of the exception is left out: it may quote a cell.
    """
    lines = [
        f"pathgui {__version__}, Python {platform.python_version()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        "",
        kind.__name__,
    ]
    for frame in traceback.extract_tb(trace):
        name = _module(frame.filename)
        lines.append(f"  {name}:{frame.lineno} in {frame.name}")
    if packages:
        found = {f"{d.name} {d.version}" for d in metadata.distributions() if d.name}
        lines += ["", *sorted(found, key=str.lower)]
    return "\n".join(lines)


def scrubbed(text: str) -> str:
    """A text without paths and quoted values."""
    return _PATH.sub("<path>", _QUOTED.sub("<value>", text))


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return "the program"
    return f"{_module(frames[-1].filename)}, line {frames[-1].lineno}"


def _module(file: str) -> str:
    """A source file relative to where Python found it."""
    path = Path(file)
    for root in map(Path, sys.path):
        if root.is_absolute() and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name
