"""Long work on tables: how far it is, and whether somebody asked to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from pathgui.errors import Cancelled


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
        Whether somebody asked to stop.
    """

    progress: Callable[[str, int, int], None] = _silent
    asked: Callable[[], bool] = _never

    def step(self, what: str, done: int, total: int) -> None:
        """Say how far it is; raises Cancelled where somebody asked to stop."""
        if self.asked():
            raise Cancelled("stopped on request")
        self.progress(what, done, total)


NOBODY = Watch()
