"""Review: pass, flag, exclude, with reason and note; each decision can be undone."""

from functools import partial

from PySide6.QtCore import Signal

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.decision import DecisionDialog
from pathgui.project import Cell, Edit
from pathgui.workflows import review

_WORDS = {"pass": "Pass", "flag": "Flag", "exclude": "Exclude"}


class ReviewDesk(Desk):
    """What the Review menu does to the selected slides.

    Attributes
    ----------
    viewer_wanted : Signal(str)
        A slide is to be shown in the viewer.
    """

    viewer_wanted = Signal(str)

    def decide(self, status: str, reason: str = "", note: str = "") -> None:
        """Write a decision about all selected slides, as one undo step."""
        project, chosen = self.session.project, self.session.selection
        if project is None or not chosen:
            return
        cells: list[Cell] = []
        for slide_id in chosen:
            edit = review.decide(project, slide_id, status, reason)
            cells += edit.cells if edit is not None else ()
        if not cells:
            return
        self.session.edit(Edit(_label(status, chosen), tuple(cells)))
        touched = {cell.row for cell in cells}
        for slide_id in chosen:
            if project.manifest.find(slide_id) in touched:
                decision = review.Decision(slide_id, status, reason, note)
                self.session.attempt(partial(review.log_decision, project, decision))
        self.session.decided.emit()

    def ask_note(self) -> None:
        """Ask for decision, reason and note together."""
        chosen = self.session.selection
        if not chosen:
            return
        dialog = DecisionDialog(
            self.session.theme,
            chosen,
            self.session.field(chosen[0], "qc_status"),
            self.session.field(chosen[0], "qc_reason"),
            self.widget,
        )
        dialog.decided.connect(self.decide)
        self.show_dialog(dialog)

    def start(self) -> None:
        """Show the first unreviewed slide in the viewer."""
        slide_id = self._unreviewed()
        if slide_id:
            self.session.select(slide_id)
        elif not self.session.current and self.session.slides:
            self.session.select(self.session.slides[0])
        self.viewer_wanted.emit(self.session.current)

    def next_unreviewed(self) -> None:
        """Go on to the next slide without a decision."""
        slide_id = self._unreviewed()
        if slide_id:
            self.session.select(slide_id)
        else:
            self.session.told.emit("Every slide in the table has a decision", "note")

    def _unreviewed(self) -> str:
        """The next one after the current slide, in the table's order."""
        slides, current = self.session.slides, self.session.current
        place = slides.index(current) + 1 if current in slides else 0
        for slide_id in (*slides[place:], *slides[:place]):
            if not self.session.field(slide_id, "qc_status"):
                return slide_id
        return ""


def _label(status: str, slides: tuple[str, ...]) -> str:
    what = slides[0] if len(slides) == 1 else f"{len(slides):,} slides"
    return f"{_WORDS[status]} {what}" if status else f"Clear decision of {what}"
