"""Long work on tables: how far it is, and whether somebody asked to stop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.errors import Cancelled

# So many texts are looked at in some milliseconds.
_PIECE = 10_000


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Told of each step of long work, and asked before it.

    Attributes
    ----------
    progress : callable
        Gets what is being done, how much of it is done, of how much.
    asked : callable
        Whether somebody asked to stop. Work that others wait for may be held up here.
    """

    progress: Callable[[str, int, int], None] = _silent
    asked: Callable[[], bool] = _never

    def step(self, what: str, done: int, total: int) -> None:
        """Say how far it is; raises Cancelled where somebody asked to stop."""
        self.go_on()
        self.progress(what, done, total)

    def pieces(
        self, values: npt.NDArray[Any], size: int = _PIECE
    ) -> Iterator[list[Any]]:
        """Values in lists of some thousands, and `go_on` before each; Cancelled.

        Parameters
        ----------
        values : (n,) array
            What is to be looked at.
        size : int
            Values of a list.
        """
        for start in range(0, len(values), size):
            self.go_on()
            yield np.asarray(values[start : start + size]).tolist()

    def go_on(self) -> None:
        """Raise Cancelled where somebody asked to stop."""
        if self.asked():
            raise Cancelled("stopped on request")


NOBODY = Watch()
