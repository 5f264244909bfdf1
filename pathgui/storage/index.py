"""The columns of `tile_index`, gathered while tiles arrive and written at the end."""

from array import array
from collections.abc import Mapping

import h5py
import numpy as np

from pathgui.errors import StorageError
from pathgui.storage.codec import Codec
from pathgui.storage.labels import LabelColumn, plain
from pathgui.storage.objects import check_name, new_group, put
from pathgui.storage.schema import POSITION_COLUMNS
from pathgui.tiling import Label


class IndexBuilder:
    """Positions, labels and mask fractions of the tiles written so far.

    Takes about 60 bytes per tile and 16 per label, so that a slide of a million
    tiles is no burden.
    """

    def __init__(self) -> None:
        self._positions = {name: array("q") for name in POSITION_COLUMNS}
        self._labels: dict[str, LabelColumn] = {}
        self._fractions: dict[str, array[float]] = {}

    def __len__(self) -> int:
        return len(self._positions["index"])

    def add(
        self,
        position: tuple[int, int, int, int, int],
        labels: Mapping[str, Label],
        fractions: Mapping[str, float],
    ) -> None:
        """One tile: ``(index, x, y, level_x, level_y)``, labels, mask fractions."""
        row = len(self)
        for column, value in zip(self._positions.values(), position, strict=True):
            column.append(value)
        for name, label in labels.items():
            if name not in self._labels:
                self._labels[name] = LabelColumn()
            self._labels[name].add(row, label)
        for name, share in fractions.items():
            shares = self._fractions.setdefault(name, array("d"))
            shares.extend([float("nan")] * (row - len(shares)))
            shares.append(share)

    def write(self, slide: h5py.Group, codec: Codec) -> None:
        """Write ``tile_index`` and ``mask_fractions`` into a slide's group."""
        count = len(self)
        group = new_group(slide, "tile_index")
        for name, values in self._positions.items():
            put(group, name, np.array(values, dtype=np.int64), codec)
        for name, column in self._labels.items():
            array_, kind, missing = column.finish(count)
            put(group, name, array_, codec)
            group[name].attrs.update(kind=kind, missing=missing)
        if not self._fractions:
            return
        shares = new_group(slide, "mask_fractions")
        for name, fractions in self._fractions.items():
            whole = np.full(count, np.nan, dtype=np.float32)
            whole[: len(fractions)] = fractions
            put(shares, name, whole, codec)


def clean_labels(labels: Mapping[str, object]) -> dict[str, Label]:
    """Labels as plain values under names that fit; None means no value.

    Raises
    ------
    StorageError
        If a name is reserved or unusable, or a value is not a plain one.
    """
    result: dict[str, Label] = {}
    for name, value in labels.items():
        if name in POSITION_COLUMNS:
            raise StorageError(
                f"{name!r} cannot be the name of a label",
                f"the names {', '.join(POSITION_COLUMNS)} are columns already",
            )
        if value is not None:
            result[check_name(name, "label")] = plain(name, value)
    return result
