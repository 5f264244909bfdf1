"""Decoded tiles that runs share: each decoded once, and nobody waits in vain."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from pathgui.slides.shelf import Shelf
from pathgui.slides.tiled import UndecodableError


class Source:
    """Tiles of one pixel that holds their column and row."""

    tile_bytes, tile_height = 3, 1

    def __init__(self) -> None:
        self.decoded: list[tuple[int, int]] = []
        self.broken: set[tuple[int, int]] = set()

    def stored(self, columns: range, rows: range) -> bool:
        return (columns.start, rows.start) != (9, 9)

    def tile(self, column: int, row: int) -> np.ndarray:
        self.decoded.append((column, row))
        if (column, row) in self.broken:
            raise UndecodableError
        return np.array([[[column, row, 0]]], np.uint8)


@pytest.fixture
def source() -> Source:
    return Source()


def _claims(source: Source) -> SimpleNamespace:
    """Two runs of one row that share column 2, on two rows of compressed tiles."""
    shelf = Shelf(source, 1.0, disjoint=True)
    rows = range(2)
    first = shelf.claim([(range(2), rows), (range(1, 3), rows)], 1)
    second = shelf.claim([(range(2, 4), rows)], 1)
    return SimpleNamespace(first=first, second=second)


def test_that_a_run_waits_only_for_the_column_it_shares(source):
    claims = _claims(source)
    with claims.first:
        assert source.decoded == [(2, 0), (2, 1)]
        with claims.second:
            # the first run has begun, no more: its last column is there already
            assert claims.second.tile(2, 0)[0, 0].tolist() == [2, 0, 0]
            assert claims.second.tile(3, 1)[0, 0].tolist() == [3, 1, 0]
        for column in range(3):
            for row in range(2):
                found = claims.first.tile(column, row)
                assert found[0, 0].tolist() == [column, row, 0]
    assert sorted(source.decoded) == [(c, r) for c in range(4) for r in range(2)]


def test_that_a_run_in_another_thread_gets_its_tiles(source):
    claims = _claims(source)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(claims.second.tile, 2, 1)
        with claims.first:
            assert waiting.result(timeout=30)[0, 0].tolist() == [2, 1, 0]


def test_that_tiles_of_a_run_that_broke_off_are_given_up(source):
    claims = _claims(source)

    def broken_off() -> None:
        with claims.first:
            raise MemoryError

    with pytest.raises(MemoryError):
        broken_off()
    assert claims.second.tile(2, 0) is not None
    assert claims.first.tile(0, 0) is None


def test_that_what_cannot_be_decoded_is_asked_for_once(source):
    source.broken = {(2, 0)}
    claims = _claims(source)
    with claims.first:
        assert claims.first.tile(2, 0) is None
        assert claims.second.tile(2, 0) is None
    assert source.decoded.count((2, 0)) == 1
