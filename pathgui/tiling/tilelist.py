"""All tiles of a grid as scripts see them: a sequence that makes them when asked."""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, SupportsIndex, overload

from typing_extensions import override

from pathgui.tiling.grid import TileGrid
from pathgui.tiling.tile import Tile, TileSource

# Tiles made at a time where all are asked for.
_BATCH = 256


class TileList(Sequence[Tile]):
    """All tiles of a grid; each is made when first asked for and then kept.

    Safe to read from several threads. Pickles as its grid and source, with the tiles
    on which a script has set something.
    """

    def __init__(self, grid: TileGrid, source: TileSource) -> None:
        self.grid = grid
        self._source = source
        self._made: list[Tile | None] = [None] * len(grid)
        self._lock = Lock()

    @override
    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Tile: ...

    @overload
    def __getitem__(self, index: slice) -> list[Tile]: ...

    @override
    def __getitem__(self, index: SupportsIndex | slice) -> Tile | list[Tile]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return self._made[number] or self._make(number)

    @override
    def __iter__(self) -> Iterator[Tile]:
        for start in range(0, len(self._made), _BATCH):
            yield from self._batch(start)

    def made(self) -> Iterator[Tile]:
        """Tiles that somebody has asked for; others cannot differ from the source."""
        return (tile for tile in self._made if tile is not None)

    @override
    def __reduce__(self) -> Any:
        changed = [tile for tile in self.made() if tile.changed]
        return _with_tiles, (self.grid, self._source, changed)

    def _make(self, number: int) -> Tile:
        # Two threads that ask at once must get the same tile.
        with self._lock:
            tile = self._made[number]
            if tile is None:
                tile = self._made[number] = Tile(number, self.grid, self._source)
            return tile

    def _batch(self, start: int) -> list[Tile]:
        """Tiles from `start`, made together: a long slide is listed twice as fast."""
        grid, source = self.grid, self._source
        with self._lock:
            made: list[Tile] = [
                tile or Tile(number, grid, source)
                for number, tile in enumerate(self._made[start : start + _BATCH], start)
            ]
            self._made[start : start + len(made)] = made
        return made

    def _take(self, tiles: Sequence[Tile]) -> None:
        for tile in tiles:
            self._made[tile.index] = tile


def _with_tiles(grid: TileGrid, source: TileSource, tiles: Sequence[Tile]) -> TileList:
    made = TileList(grid, source)
    made._take(tiles)  # noqa: SLF001 - the second half of making it
    return made
