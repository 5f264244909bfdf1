"""Tiles that are taken out of a slide: marked on the grid and kept in the project."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from pathgui.errors import PathguiError
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.stage import Stage
from pathgui.gui.viewer.tilemap import EXCLUDED, TileMap
from pathgui.project import Project
from pathgui.tiling import Box, tiles_within
from pathgui.tiling.shares import centres_in
from pathgui.workflows.qc.tiles import excluded_boxes, log_tiles, tiles_file


class Excluding(QObject):
    """Excludes the selected tiles, or the one under the mouse, and takes them back.

    Signals
    -------
    kept(str, object, object, str)
        Label, what does and undoes a change of files, and the slide.
    changed(list)
        Stored tiles that are excluded now.
    written()
        A change stands in the project's log.
    troubled(object)
        A `PathguiError`: the change was not kept, and is not shown any more.
    """

    kept = Signal(str, object, object, str)
    changed = Signal(list)
    written = Signal()
    troubled = Signal(object)

    def __init__(
        self, session: ViewerHost, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._errands = session, errands
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self._boxes: set[Box] = set()
        self._since: list[tuple[set[Box], bool]] = []

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage

    def use(self, loaded: LoadedSlide | None) -> None:
        """Mark the excluded tiles of another slide."""
        self._shown, self._boxes = loaded, set()
        self._since = []
        self.changed.emit([])
        project = self._session.project
        if loaded is not None and project is not None and self._tiles is not None:
            self._read(project, loaded)

    def refresh(self) -> None:
        """Read the list again: another panel may have changed it."""
        project, shown = self._session.project, self._shown
        if project is not None and shown is not None and self._tiles is not None:
            self._read(project, shown)

    @property
    def slide_id(self) -> str:
        """The slide this is about; empty without one."""
        return "" if self._shown is None else self._shown.slide_id

    @property
    def excluded(self) -> list[int]:
        """Stored tiles that are excluded."""
        tiles = self._tiles
        if tiles is None or not self._boxes:
            return []
        hit = tiles_within(tiles.coords, tiles.size, self._boxes)
        return [int(number) for number in hit.nonzero()[0]]

    def toggle(self) -> None:
        """Exclude the selected tiles; if all of them are excluded, take them back."""
        project, shown, tiles = self._session.project, self._shown, self._tiles
        if project is None or shown is None or tiles is None or self._stage is None:
            return
        pointer = self._stage.pointer
        numbers = pointer.selected or [pointer.hovered]
        numbers = [number for number in numbers if number >= 0]
        if not numbers:
            self._stage.say("Point at a tile or select some: then X excludes them.")
            return
        out = set(self.excluded)
        restore = all(number in out for number in numbers)
        changed = [n for n in numbers if (n in out) == restore]
        boxes = self._boxes_of(tiles, changed, restore=restore)
        verb = "Restore" if restore else "Exclude"
        noun = "tile" if len(changed) == 1 else "tiles"
        label = f"{verb} {len(changed):,} {noun} of {shown.slide_id}"
        slide_id = shown.slide_id
        self._apply(project, slide_id, boxes, restore=restore)
        self.kept.emit(
            label,
            lambda: self._apply(project, slide_id, boxes, restore=restore),
            lambda: self._apply(project, slide_id, boxes, restore=not restore),
            slide_id,
        )
        self._stage.say(_words(len(changed), noun, restore=restore))

    @property
    def left_out(self) -> int:
        """Excluded places without a stored tile: a run has left them out already."""
        tiles = self._tiles
        if tiles is None or not self._boxes:
            return 0
        places = [(*corner, tiles.size, tiles.size) for corner in tiles.coords.tolist()]
        left, upper, width, height = np.array(sorted(self._boxes), np.float64).T
        edges = np.stack([left, upper, left + width, upper + height], axis=1)
        return int((~centres_in(places, edges)).sum())

    def restore_all(self) -> None:
        """Take back all excluded tiles of the slide, those in no result too."""
        project, shown = self._session.project, self._shown
        if project is None or shown is None or self._stage is None:
            return
        boxes = sorted(self._boxes)
        if not boxes:
            self._stage.say("No tile of this slide is excluded.")
            return
        noun = "tile" if len(boxes) == 1 else "tiles"
        slide_id = shown.slide_id
        self._apply(project, slide_id, boxes, restore=True)
        self.kept.emit(
            f"Restore {len(boxes):,} {noun} of {slide_id}",
            lambda: self._apply(project, slide_id, boxes, restore=True),
            lambda: self._apply(project, slide_id, boxes, restore=False),
            slide_id,
        )
        self._stage.say(_words(len(boxes), noun, restore=True))

    def _boxes_of(
        self, tiles: TileMap, numbers: list[int], *, restore: bool
    ) -> list[Box]:
        """Places of tiles; to restore, the boxes that hold them, whoever drew those."""
        if not restore:
            return [_box(tiles, number) for number in numbers]
        places = tiles.coords[np.asarray(numbers, np.intp)]
        return sorted(
            box for box in self._boxes if tiles_within(places, tiles.size, [box]).any()
        )

    def _apply(
        self, project: Project, slide_id: str, boxes: list[Box], *, restore: bool
    ) -> None:
        change = set(boxes), restore
        if self._shown is not None and self._shown.slide_id == slide_id:
            self._since.append(change)
            both = self._boxes - set(boxes) if restore else self._boxes | set(boxes)
            self._mark(both)

        def done(problem: PathguiError | None) -> None:
            # From now on the log itself says so, or else it is not so.
            if change in self._since:
                self._since.remove(change)
            if problem is None:
                self.written.emit()
                return
            self.refresh()
            self.troubled.emit(problem)

        self._errands.run(
            lambda: _logged(project, slide_id, boxes, restore=restore), done
        )

    def _read(self, project: Project, loaded: LoadedSlide) -> None:
        def done(found: set[Box]) -> None:
            if self._shown is not loaded:
                return
            # What was excluded here meanwhile may not have been in the log yet.
            for boxes, restore in self._since:
                found = found - boxes if restore else found | boxes
            self._mark(found)

        self._errands.run(
            lambda: excluded_boxes(tiles_file(project)).get(loaded.slide_id, set()),
            done,
        )

    def _mark(self, boxes: set[Box]) -> None:
        same = boxes == self._boxes
        self._boxes = boxes
        picture = None if self._stage is None else self._stage.canvas.picture
        if self._tiles is None or picture is None or self._stage is None or same:
            return
        numbers = self.excluded
        self._tiles.mark(EXCLUDED, numbers)
        picture.set_tile_state()
        self._stage.canvas.redraw()
        self.changed.emit(numbers)

    @property
    def _tiles(self) -> TileMap | None:
        result = None if self._shown is None else self._shown.result
        return None if result is None else result.tiles


def _box(tiles: TileMap, number: int) -> Box:
    x, y, width, height = (round(side) for side in tiles.box(number))
    return x, y, width, height


def _logged(
    project: Project, slide_id: str, boxes: list[Box], *, restore: bool
) -> PathguiError | None:
    """What keeps a change out of the log, if anything does."""
    try:
        log_tiles(project, slide_id, boxes, restore=restore)
    except PathguiError as error:
        return error
    return None


def _words(count: int, noun: str, *, restore: bool) -> str:
    if restore:
        made = "it" if count == 1 else "them"
        return f"{count:,} {noun} taken back. The next run makes {made} again."
    left = "it" if count == 1 else "them"
    return f"{count:,} {noun} excluded. The next run leaves {left} out."
