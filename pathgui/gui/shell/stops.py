"""Where the keyboard goes from panel to panel, round the window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_TAB = Qt.FocusPolicy.TabFocus.value


@dataclass(frozen=True, slots=True)
class Stop:
    """A panel, and what gets the keyboard there: itself, or a part of it."""

    panel: QWidget
    first: QWidget | None = None

    @property
    def target(self) -> QWidget | None:
        """What gets the keyboard; None where nothing in the panel can."""
        if not self.panel.isVisible():
            return None
        if self.first is not None:
            return self.first if _takes(self.first) else None
        return self.panel if _takes(self.panel) else next(_parts(self.panel), None)

    def holds(self, focus: QWidget) -> bool:
        """Whether a widget is in this panel."""
        return focus is self.panel or self.panel.isAncestorOf(focus)


def step(stops: Sequence[Stop], focus: QWidget | None, by: int) -> None:
    """Go to the next or previous panel that can take the keyboard."""
    open_to = [stop for stop in stops if stop.target is not None]
    inside = [k for k, s in enumerate(open_to) if focus is not None and s.holds(focus)]
    # The innermost one, where a panel stands within another.
    here = inside[-1] if inside else -1 if by > 0 else 0
    if open_to:
        target = open_to[(here + by) % len(open_to)].target
        assert target is not None
        target.setFocus(Qt.FocusReason.TabFocusReason)


def _takes(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy().value & _TAB) or widget.focusProxy() is not None
    return tab and widget.isVisible() and widget.isEnabled()


def _parts(panel: QWidget) -> Iterator[QWidget]:
    """What can take the keyboard in a panel, in the order of Tab."""
    widget = panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        if panel.isAncestorOf(widget) and _takes(widget):
            yield widget
        widget = widget.nextInFocusChain()
