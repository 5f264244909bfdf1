"""Which slides a review goes through, and in which order."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Order = Literal["table", "unreviewed", "random"]
ORDERS: tuple[Order, ...] = ("table", "unreviewed", "random")


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """How a queue is made.

    Attributes
    ----------
    order : {"table", "unreviewed", "random"}
        As the table shows them; those without a decision first; shuffled.
    sample : int
        So many slides, drawn at random; 0 takes all.
    seed : int
        The same seed draws and shuffles the same slides alike.
    """

    order: Order = "unreviewed"
    sample: int = 0
    seed: int = 1


def build_queue(
    slides: Sequence[str], choice: QueueChoice, reviewed: Callable[[str], bool]
) -> tuple[str, ...]:
    """The queue of a review.

    Parameters
    ----------
    slides : sequence of str
        Slide ids as the table shows them; its filter counts.
    choice : QueueChoice
        Order, sample and seed.
    reviewed : callable
        Whether a slide has a decision.

    Notes
    -----
    Sample and shuffle depend on the set of slides and the seed alone, not on the
    order of the table, so that two people draw the same sample.
    """
    place = {slide: at for at, slide in enumerate(slides)}
    chosen = list(place)
    if (choice.sample and choice.sample < len(chosen)) or choice.order == "random":
        draw = sorted(chosen)
        random.Random(choice.seed).shuffle(draw)  # noqa: S311 - no secret
        chosen = draw[: choice.sample or None]
    if choice.order == "random":
        return tuple(chosen)
    chosen.sort(key=place.__getitem__)
    if choice.order == "unreviewed":
        chosen.sort(key=reviewed)
    return tuple(chosen)
