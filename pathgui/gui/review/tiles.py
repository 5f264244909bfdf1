"""Tiles that a click or a box takes out of the slide in turn."""

from typing import Any

from PySide6.QtCore import QObject

from pathgui.gui.review.state import ReviewState


class TileReview(QObject):
    """In a review a selected tile is an excluded one; once more takes it back.

    Parameters
    ----------
    viewer : ViewerPanel
        Shows the slide; its tool for boxes is used, and what it knows of exclusion.
    """

    def __init__(self, state: ReviewState, viewer: Any) -> None:
        super().__init__(viewer)
        self._state, self._viewer = state, viewer
        viewer.tiles_selected.connect(self._chosen)
        viewer.tools.excluding.changed.connect(self._changed)

    @property
    def count(self) -> int | None:
        """Excluded tiles of the slide in turn, stored or not; None until it is seen."""
        excluding = self._viewer.tools.excluding
        if excluding.slide_id != self._state.current:
            return None
        return len(excluding.excluded) + self.left_out

    @property
    def left_out(self) -> int:
        """Those of them that the result was made without."""
        return int(self._viewer.tools.excluding.left_out)

    def start_box(self) -> None:
        """Take the tool for boxes in hand, or put it away."""
        stage = self._viewer.stage
        if stage is not None:
            if not self._viewer.layers.part_shown("grid"):
                self._viewer.layers.show_part("grid", True)
            stage.pointer.set_tool("tiles")

    def put_away(self) -> bool:
        """Put the tool away; False if none is in hand."""
        stage = self._viewer.stage
        if stage is None or stage.pointer.tool == "pan":
            return False
        stage.pointer.set_tool("pan")
        return True

    def _chosen(self, numbers: list[int]) -> None:
        same = self._state.current == self._viewer.slide_id
        if self._state.active and numbers and same:
            self._viewer.tools.excluding.toggle()
            self._viewer.stage.pointer.select([])

    def _changed(self, _numbers: list[int]) -> None:
        if self._state.active:
            self._state.changed.emit()
