"""How far reviewers agree: shares and Cohen's kappa."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from pathgui.workflows.qc.log import Decided, latest_by


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers on the slides that both decided.

    Attributes
    ----------
    first, second : str
        Their names.
    both : int
        Slides that both decided.
    same : int
        Slides on which they decided alike.
    kappa : float or None
        Cohen's kappa over pass, flag and exclude: 1 is full agreement, 0 what
        chance gives. None where it is not defined: no slide in common, or both
        always decide alike and the same.
    differ : tuple of (str, str, str)
        Slide, decision of the first, decision of the second.
    """

    first: str
    second: str
    both: int
    same: int
    kappa: float | None
    differ: tuple[tuple[str, str, str], ...]

    @property
    def share(self) -> float | None:
        """Share of slides decided alike."""
        return self.same / self.both if self.both else None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {**asdict(self), "share": self.share}


def agreement(entries: Iterable[Decided]) -> list[Pair]:
    """Every two reviewers who share slides, by their last decision about each.

    A decision that its reviewer cleared counts as none.
    """
    of = {
        reviewer: {s: e.status for s, e in decided.items() if e.status}
        for reviewer, decided in sorted(latest_by(entries).items())
    }
    pairs = (_pair(one, two, of[one], of[two]) for one, two in combinations(of, 2))
    return [pair for pair in pairs if pair.both]


def _pair(one: str, two: str, first: dict[str, str], second: dict[str, str]) -> Pair:
    shared = [slide for slide in first if slide in second]
    pairs = [(first[slide], second[slide]) for slide in shared]
    differ = tuple(
        (slide, a, b) for slide, (a, b) in zip(shared, pairs, strict=True) if a != b
    )
    same = len(pairs) - len(differ)
    return Pair(one, two, len(pairs), same, cohens_kappa(pairs), differ)


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance; None where chance alone would always agree.

    Cohen, "A coefficient of agreement for nominal scales", 1960.
    """
    count = len(pairs)
    if not count:
        return None
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[word] * right[word] for word in left) / count**2
    observed = sum(a == b for a, b in pairs) / count
    return None if expected >= 1 else (observed - expected) / (1 - expected)
