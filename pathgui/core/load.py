"""Tiles taken out of a result file, with their pixels."""

import operator
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pathgui.core.source import HeldSource, RecordedSource
from pathgui.errors import TilingError
from pathgui.tiling import Tile


def loaded(
    source: RecordedSource, path: Path | str, indices: Sequence[int] | None
) -> list[Tile]:
    """Tiles in the order of `indices`, which need the file no longer.

    Raises
    ------
    TilingError
        If an index is none, or out of range.
    """
    count = len(source.grid)
    wanted = range(count) if indices is None else indices
    numbers = [_number(index, count, path) for index in wanted]
    held = HeldSource({number: source.raw(number) for number in numbers})
    return [Tile(number, source.grid, held) for number in numbers]


def _number(index: Any, count: int, path: Path | str) -> int:
    """An index of a tile, negative ones from the end, as its number."""
    try:
        number = operator.index(index)
    except TypeError:
        raise TilingError(f"{index!r} is no number of a tile") from None
    if not -count <= number < count:
        raise TilingError(f"{path} has {count} tiles, there is no tile {number}")
    return number % count
