"""Tiles on their way into the file: compressed, then handed over a few at a time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from pathgui.storage.thread import Calls
from pathgui.storage.tree import TileArrays, TileLayout
from pathgui.tiling import keep_freed

# Tiles that go to a thread together: waking it costs as much as a small tile.
_TOGETHER, _TOGETHER_BYTES = 16, 1 << 20
Write = Callable[[], None]


class Batches:
    """Compresses tiles and has them written in the order they came.

    With one thread the caller compresses, else a pool does; one thread alone, that
    of the file, touches the HDF5 library.

    Parameters
    ----------
    layout : TileLayout
        Where the tiles go.
    calls : Calls
        The file's thread.
    threads : int
        Threads that compress.
    """

    def __init__(self, layout: TileLayout, calls: Calls, threads: int) -> None:
        keep_freed()
        self._layout, self._calls = layout, calls
        self._pool = ThreadPoolExecutor(threads, "deflate") if threads > 1 else None
        self._tiles: list[TileArrays] = []
        self._ready: list[Write] = []
        self._bytes, self._ended = 0, False

    @property
    def shared(self) -> bool:
        """Whether `add` keeps a tile's arrays when it has returned."""
        return self._pool is not None

    def add(self, tile: TileArrays) -> None:
        """Take one tile; raises what an earlier one raised."""
        if self._pool is None or self._ended:
            self._ready.append(self._layout.prepare(tile))
        else:
            self._tiles.append(tile)
        self._bytes += tile.nbytes
        waiting = len(self._ready) + len(self._tiles)
        full = waiting == _TOGETHER or self._bytes >= _TOGETHER_BYTES
        if full or self._ended:  # after the end the file refuses at once
            self._hand_over()

    def finish(self) -> None:
        """Hand over what waits."""
        self._hand_over()
        self._ended = True

    def close(self) -> None:
        """Stop the threads; what waits is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _hand_over(self) -> None:
        tiles, self._tiles = self._tiles, []
        ready, self._ready = self._ready, []
        self._bytes = 0
        if ready:
            self._calls.post(partial(_write, ready))
        elif tiles and self._pool is not None:
            later = self._pool.submit(self._prepare, tiles)
            self._calls.post(partial(_write_later, later))

    def _prepare(self, tiles: list[TileArrays]) -> list[Write]:
        return [self._layout.prepare(tile) for tile in tiles]


def _write(ready: list[Write]) -> None:
    for write in ready:
        write()


def _write_later(later: "Future[list[Write]]") -> None:
    _write(later.result())
