"""Tiles that a click or a box takes out of the slide in turn."""

from typing import Any

from PySide6.QtCore import QObject

from pathgui.gui.review.state import ReviewState
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.viewer.tilemap import EXCLUDED, TileMap
from pathgui.project import Edit
from pathgui.workflows.qc.tiles import Box, tiles_within


class TileReview(QObject):
    """Excludes tiles, takes them back, and marks them on the grid.

    Parameters
    ----------
    viewer : ViewerPanel
        Shows the slide; its tool for boxes is used.
    """

    def __init__(
        self, session: Session, state: ReviewState, quality: Quality, viewer: Any
    ) -> None:
        super().__init__(viewer)
        self._session, self._state, self._quality = session, state, quality
        self._viewer = viewer
        viewer.tiles_selected.connect(self._chosen)
        viewer.ready.connect(self.mark)
        quality.tiles_changed.connect(self.mark)

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

    def mark(self, _slide: str = "") -> None:
        """Cross out on the grid what is excluded."""
        stage, tiles = self._viewer.stage, self._tiles
        if stage is None or tiles is None or stage.canvas.picture is None:
            return
        boxes = self._quality.boxes(self._viewer.slide_id)
        hit = tiles_within(tiles.coords, tiles.size, boxes)
        tiles.mark(EXCLUDED, hit.nonzero()[0])
        stage.canvas.picture.set_tile_state()
        stage.canvas.redraw()

    @property
    def _tiles(self) -> TileMap | None:
        stage = self._viewer.stage
        picture = None if stage is None else stage.canvas.picture
        found: TileMap | None = None if picture is None else picture.tile_map
        return found

    def _chosen(self, numbers: list[int]) -> None:
        tiles, slide = self._tiles, self._state.current
        same = slide == self._viewer.slide_id
        if not self._state.active or tiles is None or not numbers or not same:
            return
        kept = self._quality.boxes(slide)
        out = tiles_within(tiles.coords, tiles.size, kept)
        restore = all(bool(out[number]) for number in numbers)
        wanted = [n for n in numbers if bool(out[n]) == restore]
        boxes = (
            _holding(tiles, wanted, kept)
            if restore
            else tuple(_box(tiles, number) for number in wanted)
        )
        self._viewer.stage.pointer.select([])
        verb = "Take back" if restore else "Exclude"
        count = f"{len(wanted):,} tile{'' if len(wanted) == 1 else 's'}"
        whose = "a slide" if self._state.blinded else slide

        def told(done: bool) -> None:
            back = restore if done else not restore
            self._session.attempt(
                lambda: self._quality.exclude(slide, boxes, restore=back)
            )
            self._state.go_to(slide)

        self._session.edit(Edit(f"{verb} {count} of {whose}"), told=told)


def _box(tiles: TileMap, number: int) -> Box:
    x, y, width, height = (round(side) for side in tiles.box(number))
    return x, y, width, height


def _holding(tiles: TileMap, numbers: list[int], boxes: set[Box]) -> tuple[Box, ...]:
    """The boxes that these tiles lie in, whoever drew them."""
    places = tiles.coords[numbers]
    return tuple(
        sorted(box for box in boxes if tiles_within(places, tiles.size, [box]).any())
    )
