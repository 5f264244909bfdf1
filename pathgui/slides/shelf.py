"""Decoded compressed tiles that runs share."""

import threading
from typing import Self

from pathgui.slides.tiled import TiledLevel, UndecodableError
from pathgui.tiling import Image

_BUDGET = 256 << 20  # bytes kept for later runs, whatever the slide's width

Key = tuple[int, int]
Span = tuple[range, range]


class _Slot:
    """One compressed tile: decoded by the run that asked first."""

    __slots__ = ("_making", "done", "image")

    def __init__(self) -> None:
        self.image: Image | None = None
        self.done = False
        self._making = threading.Lock()
        self._making.acquire()

    def put(self, image: Image | None) -> None:
        """Here it is; None if there is none to be had."""
        self.image, self.done = image, True
        self._making.release()

    def wait(self) -> Image | None:
        """What another thread puts here."""
        if not self.done:
            with self._making:
                pass
        return self.image


class Claim:
    """The compressed tiles that one run needs; a context manager around their use.

    Tiles are decoded when first asked for: what is cut out of them right away still
    lies in the processor's cache.
    """

    def __init__(self, source: TiledLevel) -> None:
        self._source = source
        self._own: dict[Key, _Slot] = {}
        self._others: dict[Key, _Slot] = {}
        self.private: set[Key] = set()

    def order(self, key: Key) -> _Slot:
        """Have a tile decoded by this run."""
        slot = self._own[key] = _Slot()
        return slot

    def share(self, key: Key, slot: _Slot) -> None:
        """Use a tile that an earlier run decodes."""
        self._others[key] = slot

    def __enter__(self) -> Self:
        """Decode the last column first: the next run of the row waits for it."""
        last = max((column for column, _ in self._own), default=0)
        for column, row in list(self._own):
            if column == last:
                self.tile(column, row)
        return self

    def __exit__(self, *_: object) -> None:
        """Let nobody wait for what was not decoded."""
        for slot in self._own.values():
            if not slot.done:
                slot.put(None)

    def tile(self, column: int, row: int) -> Image | None:
        """A decoded tile; None if it is not stored or cannot be decoded."""
        slot = self._own.get((column, row))
        if slot is None:
            return self._others[column, row].wait()
        if not slot.done:
            slot.put(self._decoded(column, row))
        return slot.image

    def _decoded(self, column: int, row: int) -> Image | None:
        if not self._source.stored(range(column, column + 1), range(row, row + 1)):
            return None
        try:
            return self._source.tile(column, row)
        except UndecodableError:
            return None  # the slide's own reader decides what this means


class Shelf:
    """Which decoded tiles later runs may still find; used by one thread.

    Parameters
    ----------
    source : TiledLevel
        Where the tiles come from.
    scale : float
        Level pixels per pixel of the grid's frame.
    disjoint : bool
        Whether no pixel belongs to two tiles of the grid.
    """

    def __init__(self, source: TiledLevel, scale: float, disjoint: bool) -> None:
        self.source = source
        self._scale = scale
        self._disjoint = disjoint
        self._slots: dict[Key, _Slot] = {}
        self._most = max(1, _BUDGET // source.tile_bytes)

    def claim(self, spans: list[Span], below: int | None) -> Claim:
        """Find or order the tiles of one run.

        Parameters
        ----------
        spans : list of (range, range)
            Columns and rows of compressed tiles, per tile of the grid.
        below : int or None
            Upper edge of the grid's next row, in its frame; None if it is the last.
        """
        claim = Claim(self.source)
        users: dict[Key, int] = {}
        alone: set[Key] = set()
        for columns, rows in spans:
            keys = [(column, row) for row in rows for column in columns]
            for key in keys:
                users[key] = users.get(key, 0) + 1
            if len(keys) == 1:
                alone.add(keys[0])
        for key, count in users.items():
            self._serve(claim, key, count == 1 and key in alone)
        if spans:
            self._forget(spans, below)
        return claim

    def _serve(self, claim: Claim, key: Key, alone: bool) -> None:
        slot = self._slots.get(key)
        if slot is not None:
            claim.share(key, slot)
        elif alone and self._disjoint:
            # needed once: it may be given away as it is, so no one else may see it
            claim.order(key)
            claim.private.add(key)
        else:
            self._slots[key] = claim.order(key)

    def _forget(self, spans: list[Span], below: int | None) -> None:
        """Drop what a grid in reading order will not need again."""
        first, last = spans[0][1].start, spans[-1][0].stop - 1
        lower = spans[-1][1].stop
        if below is not None:
            lower = min(lower, int(below * self._scale) // self.source.tile_height)
        for key in list(self._slots):
            column, row = key
            if row < first or (row < lower and column < last):
                del self._slots[key]
        for key in list(self._slots)[: max(0, len(self._slots) - self._most)]:
            del self._slots[key]
