"""Actions of the Review menu; those of scope ``reviewing`` live while one is on."""

# ruff: noqa: E501 - one action on one line reads as the table it is

from pathgui.gui.actions.action import (
    Action,
    Run,
    Window,
    can_change,
    has_project,
    has_selection,
    has_slides,
)
from pathgui.workflows.qc.reasons import KEYS


def in_review(window: Window) -> str:
    """A review must be under way."""
    return "" if window.reviews.active else "Start a review first (F7)"


def no_review(window: Window) -> str:
    """There must be slides, and no review under way."""
    on = window.reviews.active
    return has_slides(window) or ("A review is under way" if on else "")


def _reason(place: int) -> Run:
    return lambda window: window.reviews.reason(place)


ACTIONS = (
    Action("review.start", "Review…", "ph.eye", ("F7",), lambda w: w.reviews.start(), reason=no_review),
    Action("review.leave", "Leave review", "ph.x", ("Esc",), lambda w: w.review_room.escape(), "reviewing", in_review),
    Action("review.pass", "Pass", "ph.check-bold", ("1",), lambda w: w.reviews.decide("pass"), "review", has_selection),
    Action("review.flag", "Flag", "ph.flag-fill", ("2",), lambda w: w.reviews.decide("flag"), "review", has_selection),
    Action("review.exclude", "Exclude", "ph.prohibit-bold", ("3",), lambda w: w.reviews.decide("exclude"), "review", has_selection),
    Action("review.clear", "Clear decision", "ph.minus", ("4",), lambda w: w.reviews.decide(""), "review", has_selection),
    Action("review.note", "Reason and note…", "ph.note", ("N",), lambda w: w.reviews.ask_note(), "review", has_selection),
    Action("review.next", "Next unreviewed", "ph.arrow-right", ("J",), lambda w: w.reviews.next_unreviewed(), "review", has_slides),
    Action("review.step", "Next slide of the review", "ph.arrow-right", ("Right",), lambda w: w.reviews.step(1), "reviewing", in_review),
    Action("review.previous", "Previous slide of the review", "ph.arrow-left", ("Left",), lambda w: w.reviews.step(-1), "reviewing", in_review),
    Action("review.undo", "Undo decision", "ph.arrow-u-up-left", ("U",), lambda w: w.reviews.undo(), "reviewing", in_review),
    Action("review.tiles", "Exclude tiles in a box", "ph.selection-plus", ("X",), lambda w: w.review_room.start_box(), "reviewing", in_review),
    Action("review.mask_only", "Mask only", "ph.circle-half", ("M",), lambda w: w.review_room.toggle_mask_only(), "reviewing", in_review, lambda w: w.review_room.mask_only),
    Action("review.blinded", "Blinded", "ph.eye-slash", ("B",), lambda w: w.reviews.toggle_blinded(), "reviewing", in_review, lambda w: w.reviews.state.blinded),
    Action("review.advance", "Auto-advance", "ph.arrow-right", ("K",), lambda w: w.reviews.toggle_advance(), "reviewing", in_review, lambda w: w.reviews.state.advance),
    Action("review.keys", "Keys of the review", "ph.question", ("?",), lambda w: w.tools.keyboard_map(), "reviewing", in_review),
    Action("review.reasons", "Edit reasons…", "ph.list-bullets", ("Ctrl+L, Q",), lambda w: w.reviews.edit_reasons(), reason=can_change),
    Action("review.agreement", "Agreement…", "ph.users", ("Ctrl+L, G",), lambda w: w.reviews.show_agreement(), reason=has_project),
    Action("review.report", "QC report…", "ph.article", ("Ctrl+L, I", "Ctrl+6"), lambda w: w.reviews.ask_report(), reason=has_slides),
    *(Action(f"review.reason_{n}", f"Give reason {n}", "ph.check-square", (key,), _reason(n - 1), "reviewing", in_review) for n, key in enumerate(KEYS, 1)),
)  # fmt: skip

# What a review leaves alone of the rooms that it puts away.
_STAYING = frozenset({
    "view.theme", "view.theme_system", "view.full_screen", "edit.undo", "edit.redo",
    "edit.palette", "edit.settings", "file.save", "file.close", "file.quit",
})  # fmt: skip
_ROOMS = ("view.", "slides.", "clinical.", "edit.", "file.", "gallery.")
# What would put something else in the place of the result that is judged.
_COVERING = ("viewer.preview", "viewer.compare", "run.preview")
# What would show the name of a slide, or what others decided about it.
_TELLING = ("run.", "viewer.associated", "viewer.import", "review.agreement",
            "review.report", "help.log")  # fmt: skip


def rests(key: str, *, blinded: bool) -> bool:
    """Whether an action has to wait until the review is over."""
    if key in _COVERING:
        return True
    if key.startswith(_ROOMS):
        return key not in _STAYING
    return blinded and key.startswith(_TELLING)
