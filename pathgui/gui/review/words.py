"""What a review is called, step by step."""

from collections.abc import Sequence

from pathgui.gui.review.start import StartWish

_WORDS = {"pass": "Pass", "flag": "Flag", "exclude": "Exclude"}


def order(wish: StartWish) -> str:
    """How a queue is ordered, in words."""
    choice = wish.choice
    words = {
        "table": "as in the table",
        "unreviewed": "unreviewed first",
        "random": f"at random, seed {choice.seed}",
    }[choice.order]
    sample = f"sample of {choice.sample:,}, " if choice.sample else ""
    return f"Queue: {sample}{words}"


def waiting(count: int) -> str:
    """What is said of slides whose reasons wait for a decision."""
    if count == 1:
        return (
            "1 slide has reasons or a note without a decision: "
            "they wait here until it is decided, and are not saved"
        )
    return (
        f"{count:,} slides have reasons or a note without a decision: "
        "they wait here until they are decided, and are not saved"
    )


def label(status: str, slides: Sequence[str], *, blinded: bool) -> str:
    """The name of a decision, for the undo stack."""
    what = slides[0] if len(slides) == 1 else f"{len(slides):,} slides"
    what = "a slide" if blinded else what
    return f"{_WORDS[status]} {what}" if status else f"Clear decision of {what}"
