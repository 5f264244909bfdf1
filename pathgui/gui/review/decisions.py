"""Quality decisions written into the manifest and the log, so that undo takes both."""

from collections.abc import Callable, Sequence
from functools import partial

from pathgui.errors import ProjectError
from pathgui.gui.review import words as named
from pathgui.gui.review.state import ReviewState
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.undo import Command
from pathgui.project import Cell, Edit, Project
from pathgui.workflows import review

_DECISION = ("manifest", "qc_status")


class Decisions:
    """Writes decisions, in a review and outside of one.

    Parameters
    ----------
    session : Session
        Whose tables and undo stack they go to.
    quality : Quality
        What has been decided so far, and by whom.
    state : ReviewState
        Where a review stands; what it hides counts as not decided.
    """

    def __init__(self, session: Session, quality: Quality, state: ReviewState) -> None:
        self._session, self._quality, self._state = session, quality, state

    def write(
        self, status: str, slides: Sequence[str], reason: str, note: str
    ) -> Command | None:
        """Write a decision about slides as one undo step; None if nothing changes."""
        project = self._session.project
        if project is None:
            return None
        cells: list[Cell] = []
        decisions, before = [], []
        for slide in slides:
            edit = review.decide(project, slide, status, reason)
            old = self._logged(slide)
            same_log = old.status == status and (old.reason, old.note) == (reason, note)
            if edit is None and (same_log or (not note and not self._state.active)):
                continue
            cells += edit.cells if edit is not None and project.writable else ()
            decisions.append(review.Decision(slide, status, reason, note))
            before.append(old)
        if not decisions:
            return None
        blinded = self._state.active and self._state.blinded
        edit = Edit(named.label(status, slides, blinded=blinded), tuple(cells))
        return self._session.edit(
            edit,
            told=partial(self._log, decisions, before),
            slide=slides[0] if len(slides) == 1 else "",
        )

    def of_edit(self, edit: Edit) -> Callable[[bool], None] | None:
        """What logs the decisions that an edit of cells makes; None if it makes none.

        Raises
        ------
        ProjectError
            A cell would hold what is no decision.
        """
        project = self._session.project
        cells = [c for c in edit.cells if (c.table, c.column) == _DECISION]
        if project is None or not cells:
            return None
        reasons = {c.row: c.new for c in edit.cells if c.column == "qc_reason"}
        decisions, before, manifest = [], [], project.manifest
        for cell in cells:
            if cell.new not in review.DECISIONS:
                raise ProjectError(
                    f"{cell.new} is no quality decision.",
                    "qc_status takes pass, flag and exclude, or nothing.",
                )
            slide = manifest.text(cell.row, "slide_id")
            reason = reasons.get(cell.row, manifest.text(cell.row, "qc_reason"))
            decisions.append(review.Decision(slide, cell.new, reason))
            before.append(self._logged(slide))
        return partial(self._log, decisions, before)

    def _logged(self, slide: str) -> review.Decision:
        """The decision that an undo brings back."""
        name = review.reviewer()
        mine = self._quality.mine(slide, name)
        if self._state.active and self._state.status(slide) == "" and mine is None:
            return review.Decision(slide, "")
        status = self._session.field(slide, "qc_status")
        reason = self._session.field(slide, "qc_reason")
        last = mine if mine is not None else self._quality.last(slide)
        note = last.note if last is not None and last.status == status else ""
        if mine is not None and self._state.active and self._state.own_only:
            return review.Decision(slide, mine.status, mine.reason, mine.note)
        return review.Decision(slide, status, reason, note)

    def _log(
        self,
        decisions: list[review.Decision],
        before: list[review.Decision],
        done: bool,
    ) -> None:
        project = self._session.project
        if project is None:
            return
        lines = decisions if done else before
        stands = {line.slide_id: self._standing(line.slide_id) for line in lines}
        self._session.attempt(partial(review.log_decisions, project, lines))
        self._quality.listen()
        if not done:
            self._let_stand(project, stands)
        self._session.decided.emit()
        if self._state.active:
            if not done and lines[0].slide_id != self._state.current:
                self._state.go_to(lines[0].slide_id)
            self._state.note_decision(line.slide_id for line in lines)

    def _standing(self, slide: str) -> tuple[str, str]:
        field = self._session.field
        return field(slide, "qc_status"), field(slide, "qc_reason")

    def _let_stand(self, project: Project, stands: dict[str, tuple[str, str]]) -> None:
        """What another reviewer decided outlives that ours was taken back."""
        for slide, (status, reason) in stands.items():
            last = self._quality.last(slide)
            ours = last is not None and last.reviewer == review.reviewer()
            if not (ours and status and not last.status and project.writable):
                continue
            edit = review.decide(project, slide, status, reason)
            if edit is not None:
                self._session.attempt(partial(self._session.record, edit))
