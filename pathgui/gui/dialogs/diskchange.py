"""A table was changed by another program: theirs, ours, or both cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import label
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView
from pathgui.project.losses import WORDS
from pathgui.project.merge import Choice
from pathgui.workflows.disk_changes import DiskChange, Place, SideChange

_MANY = 3000
_SIDES = {
    "both": ("Changed on both sides", "ph.warning-fill", "warn"),
    "theirs": ("Changed on disk", "ph.arrow-down", "accent"),
    "ours": ("Changed here", "ph.pencil-simple", "text2"),
}


@dataclass(frozen=True, slots=True)
class DiskChoice:
    """What a person decided.

    Attributes
    ----------
    how : {"ours", "theirs", "cell"}
        As for `Project.merge`.
    theirs : frozenset of (table, place)
        Cells changed on both sides that take what is on disk.
    keep : bool
        Cells that a spreadsheet only wrote otherwise stay as they are here.
    """

    how: Choice
    theirs: frozenset[tuple[str, Place]]
    keep: bool = False


class DiskChangeDialog(Dialog):
    """Both sides beside each other; nothing is written before the button.

    Attributes
    ----------
    chosen : Signal(DiskChoice)
        Someone decided.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        changes: Sequence[DiskChange],
        parent: QWidget | None = None,
    ) -> None:
        self._changes = list(changes)
        ours, theirs, both = self._counts()
        names = " and ".join(change.file for change in changes)
        were = "was" if len(self._changes) == 1 else "were"
        text = f"Nothing was overwritten. On disk: {_cells(theirs + both)} differ. "
        text += (
            f"Here: {_cells(ours + both)} not yet saved."
            if ours + both
            else ("Here nothing waits to be saved.")
        )
        super().__init__(
            theme,
            f"{names} {were} changed by another program",
            text,
            parent,
            icon="ph.warning-fill",
            tint="warn",
        )
        self.setObjectName("diskChangeDialog")
        self._theirs: set[tuple[str, Place]] = set()
        self.how: dict[Choice, QRadioButton] = {}
        heads = (
            Head("What", 180),
            Head("Row", 170),
            Head("Column", 130),
            Head("Here", 150),
            Head("On disk", 150),
            Head("Result"),
        )
        self.list = RowsView(theme, heads, "Differences between here and disk")
        self.hint = label("", "quiet", size=12)
        self._losses = {
            (change.table, place): kind
            for change in self._changes
            for place, (kind, _here) in change.losses.items()
        }
        self.keep = QCheckBox(self._loss_words())
        self._build(simple=not ours + both)

    def _loss_words(self) -> str:
        """What a spreadsheet lost, and that it can stay; empty if it lost nothing."""
        kinds = [WORDS[kind] for kind in dict.fromkeys(self._losses.values())]
        count = len(self._losses)
        noun = "cell" if count == 1 else "cells"
        return (
            f"Keep {', '.join(kinds)} as they are here: the other program only wrote "
            f"{count:,} {noun} otherwise"
        )

    def _counts(self) -> tuple[int, int, int]:
        sides = [c.side for change in self._changes for c in change.changes]
        return sides.count("ours"), sides.count("theirs"), sides.count("both")

    def _build(self, *, simple: bool) -> None:
        ways: tuple[tuple[Choice, str], ...] = (
            ("cell", "Merge cell by cell: keep what both sides changed"),
            (
                "theirs",
                "Take what is on disk, give up what is unsaved here: Ctrl+Z undoes it",
            ),
            ("ours", "Keep what is here; the file on disk is kept as a version"),
        )
        group = QButtonGroup(self)
        box = QVBoxLayout()
        box.setSpacing(6)
        for how, words in ways:
            button = QRadioButton(words)
            group.addButton(button)
            box.addWidget(button)
            self.how[how] = button
            button.toggled.connect(self._show)
        self.keep.setChecked(bool(self._losses))
        self.keep.setVisible(bool(self._losses))
        self.keep.toggled.connect(self._show)
        self.body.addSpacing(4)
        self.body.addLayout(box)
        self.body.addWidget(self.keep)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.hint)
        self.add_cancel("Decide later")
        self.go = self.add_right("Merge and save", "ph.check", "primary")
        self.go.clicked.connect(self._decide)
        self.list.opened.connect(self._toggle)
        self.how["theirs" if simple else "cell"].setChecked(True)
        self.list.setMinimumHeight(240)
        self.resize(980, 600)

    def choice(self) -> Choice:
        """Which of the three ways is chosen."""
        return next(how for how, button in self.how.items() if button.isChecked())

    def _show(self) -> None:
        if not any(button.isChecked() for button in self.how.values()):
            return
        how = self.choice()
        self.keep.setEnabled(how != "ours")
        words = {
            "cell": "Merge and save",
            "theirs": "Take what is on disk",
            "ours": "Keep what is here",
        }
        self.go.setText(words[how])
        rows = []
        for change in self._changes:
            for place, side in enumerate(change.changes[:_MANY]):
                rows.append(self._row(change, place, side, how))
        self.list.show_rows(rows)
        both = self._counts()[2]
        can_choose = how == "cell" and both
        self.hint.setText(
            f"{_cells(both)} changed on both sides: click the result, or press Enter, "
            "to take the other one"
            if can_choose
            else ""
        )

    def _row(
        self, change: DiskChange, place: int, side: SideChange, how: Choice
    ) -> Row:
        words, icon, tint = _SIDES[side.side]
        taken = self._takes_theirs(change, side, how)
        result = side.there if taken else side.here
        chooses = how == "cell" and side.side == "both" and side.column
        kind = "link" if chooses else "text" if result else "missing"
        where = "disk" if taken else "here"
        shown = Part(result or "missing", kind, after=where if chooses else "")  # type: ignore[arg-type]
        return Row(
            f"{change.table}:{place}",
            (
                Part(words, icon=icon, tint=tint),
                Part(side.key, "mono"),
                Part(side.column or "whole row", "text" if side.column else "quiet"),
                _text(side.here),
                _text(side.there),
                shown,
            ),
        )

    def _takes_theirs(self, change: DiskChange, side: SideChange, how: Choice) -> bool:
        place = (change.table, (side.row, side.column))
        if (
            place in self._losses
            and place not in self._theirs
            and self.keep.isChecked()
        ):
            return False
        if how != "cell":
            return how == "theirs"
        return side.side == "theirs" or place in self._theirs

    def _toggle(self, key: str, _column: int) -> None:
        table, _, place = key.partition(":")
        change = next(c for c in self._changes if c.table == table)
        side = change.changes[int(place)]
        if self.choice() == "cell" and side.side == "both" and side.column:
            self._theirs ^= {(table, (side.row, side.column))}
            self._show()

    def _decide(self) -> None:
        how, keep = self.choice(), self.keep.isChecked() and bool(self._losses)
        choice = DiskChoice(how, frozenset(self._theirs), keep and how != "ours")
        self.accept()
        self.chosen.emit(choice)


def outcome(changes: Sequence[DiskChange], choice: DiskChoice) -> str:
    """What was decided and done, in one sentence."""
    names = " and ".join(change.file for change in changes)
    if choice.how == "theirs":
        return f"{names}: what was on disk is here now; Ctrl+Z takes that back"
    if choice.how == "ours":
        return f"{names}: what is here is written"
    return f"{names}: both sides are together, and written"


def _text(text: str) -> Part:
    return Part(text) if text else Part("missing", "missing")


def _cells(count: int) -> str:
    return "1 cell or row" if count == 1 else f"{count:,} cells or rows"
