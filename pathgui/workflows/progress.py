"""How a workflow tells how far it is, and asks whether to go on."""

from collections.abc import Callable

from pathgui.errors import Cancelled

Progress = Callable[[str, int, int], None]
Stop = Callable[[], bool]


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on to the end."""
    return False


def check(cancelled: Stop) -> None:
    """Raise `Cancelled` where somebody asked to stop."""
    if cancelled():
        raise Cancelled("stopped on request")
