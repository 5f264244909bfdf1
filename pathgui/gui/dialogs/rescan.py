"""What a look at the folders found: new, moved and missing slides, to be accepted."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.ticks import TickView, tick
from pathgui.workflows.rescan import Rescan

_HEADS = (Head("What", 130), Head("Slide", 230), Head("Where"))
_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class RescanChoice:
    """What of it shall be done."""

    moved: frozenset[str]
    mark_missing: bool
    new: tuple[Path, ...]


class RescanDialog(Dialog):
    """A list with ticks for what can be done.

    Attributes
    ----------
    chosen : Signal(RescanChoice)
        Someone accepted.
    """

    chosen = Signal(object)

    def __init__(
        self, theme: Theme, found: Rescan, parent: QWidget | None = None
    ) -> None:
        places = ", ".join(str(folder) for folder in found.folders[:3])
        more = " …" if len(found.folders) > 3 else ""
        super().__init__(
            theme,
            f"On disk: {found.text()}",
            f"Looked through {places}{more}. Moved slides are known by their content; "
            "no file is touched.",
            parent,
        )
        self.setObjectName("rescanDialog")
        self._found = found
        self._off: set[str] = set()
        self.list = TickView(theme, _HEADS, "What was found on disk")
        self.mark = QCheckBox("Mark slides whose file is gone as missing")
        self.mark.setChecked(True)
        self.mark.setVisible(bool(found.missing))
        self.body.addSpacing(4)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.mark)
        self.add_cancel("Leave all as it is")
        self.go = self.add_right("Apply", "ph.check", "primary")
        self.go.clicked.connect(self._apply)
        self.mark.toggled.connect(self._show)
        self.list.toggled.connect(self._toggle)
        self.list.setMinimumHeight(260)
        self.resize(860, 520)
        self._show()

    def _toggle(self, key: str) -> None:
        if key.startswith(("new:", "moved:")):
            self._off ^= {key}
            self._show()

    def _show(self) -> None:
        found = self._found
        rows = [
            _row(
                f"moved:{item.slide_id}",
                ("Moved", "ph.arrow-right", "run"),
                item.slide_id,
                f"{item.new}  (was {item.old})",
                tick(f"moved:{item.slide_id}" not in self._off),
            )
            for item in found.moved
        ]
        rows += [
            _row(
                f"new:{path}",
                ("New", "ph.plus-circle", "ok"),
                path.name,
                str(path.parent),
                tick(f"new:{path}" not in self._off),
            )
            for path in found.new
        ]
        gone = ("Missing", "ph.circle-dashed", "warn")
        rows += [
            _row(f"missing:{s}", gone, s, "not where the manifest says")
            for s in found.missing
        ]
        back = ("Back", "ph.check-circle", "ok")
        rows += [_row(f"back:{s}", back, s, "is there again") for s in found.back]
        other = ("Changed", "ph.warning-fill", "warn")
        words = "has another size than recorded; verify it"
        rows += [_row(f"changed:{s}", other, s, words) for s in found.changed]
        bad = ("Unreadable", "ph.x-circle-fill", "err")
        problems = (found.problems or {}).items()
        rows += [_row(f"bad:{n}", bad, Path(n).name, why) for n, why in problems]
        self.list.show_rows(rows[:_SHOWN])
        choice = self.choice()
        count = len(choice.moved) + len(choice.new) + len(found.back)
        count += len(found.missing) if choice.mark_missing else 0
        self.go.setEnabled(count > 0)
        new = len(choice.new)
        noun = "slide" if new == 1 else "slides"
        self.go.setText(f"Apply, and add {new:,} {noun}…" if new else "Apply")

    def choice(self) -> RescanChoice:
        """What is ticked."""
        found = self._found
        return RescanChoice(
            frozenset(
                m.slide_id
                for m in found.moved
                if f"moved:{m.slide_id}" not in self._off
            ),
            bool(found.missing) and self.mark.isChecked(),
            tuple(path for path in found.new if f"new:{path}" not in self._off),
        )

    def _apply(self) -> None:
        choice = self.choice()
        self.accept()
        self.chosen.emit(choice)


def _row(
    key: str, look: tuple[str, str, str], name: str, where: str, box: Part | None = None
) -> Row:
    word, icon, tint = look
    first = box if box is not None else Part()
    kind = Part(word, icon=icon, tint=tint)
    return Row(key, (first, kind, Part(name, "mono"), Part(where, "quiet")))
