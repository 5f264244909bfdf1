"""A state is shown as shape, word and colour together; here is the list of them."""

from dataclasses import dataclass

from pathgui.gui.style.tokens import Hue


@dataclass(frozen=True, slots=True)
class State:
    """How one state looks.

    Attributes
    ----------
    word : str
        What the chip says.
    icon : str
        Name of the icon.
    hue : str
        Token of the colour; ``plain`` is quiet text without a ground.
    """

    word: str
    icon: str
    hue: Hue


STATUS = {
    "new": State("New", "ph.plus-circle", "neut"),
    "ready": State("Ready", "ph.circle", "neut"),
    "queued": State("Queued", "ph.clock", "neut"),
    "running": State("Running", "ph.circle-half-fill", "run"),
    "done": State("Done", "ph.check-circle-fill", "ok"),
    "failed": State("Failed", "ph.x-circle-fill", "err"),
    "quarantined": State("Quarantined", "ph.shield-warning-fill", "quar"),
    "missing": State("Missing", "ph.circle-dashed", "warn"),
    "paused": State("Paused", "ph.pause", "neut"),
    "cancelled": State("Cancelled", "ph.stop-circle", "neut"),
    "stopping": State("Stopping", "ph.stop-circle", "neut"),
    "interrupted": State("Interrupted", "ph.warning-fill", "warn"),
    "prepared": State("Prepared", "ph.clock", "neut"),
    "submitted": State("Submitted", "ph.clock", "neut"),
    "skipped": State("Up to date", "ph.skip-forward", "neut"),
}

REVIEW = {
    "": State("Unreviewed", "ph.minus", "plain"),
    "pass": State("Pass", "ph.check-bold", "ok"),
    "flag": State("Flag", "ph.flag-fill", "warn"),
    "exclude": State("Exclude", "ph.prohibit-bold", "err"),
}

JOIN = {
    "matched": State("Matched", "ph.check-circle-fill", "ok"),
    "near": State("Near miss", "ph.warning-fill", "warn"),
    "no slide": State("No slide", "ph.x-circle-fill", "err"),
    "no clinical row": State("No clinical row", "ph.x-circle-fill", "err"),
    "duplicate": State("Duplicate key", "ph.warning-fill", "err"),
}

SEVERITY = {
    "error": State("Error", "ph.x-circle-fill", "err"),
    "warning": State("Warning", "ph.warning-fill", "warn"),
    "note": State("Note", "ph.info-fill", "run"),
}

BY_COLUMN = {"status": STATUS, "qc_status": REVIEW, "join": JOIN}


def state_of(column: str, value: str) -> State | None:
    """Look of a value in a state column; None for any other column or word."""
    states = BY_COLUMN.get(column)
    return None if states is None else states.get(value.strip().lower())
