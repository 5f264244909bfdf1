"""The rules of the format for a slide's facts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pathgui.storage.links import has, open_dataset
from pathgui.storage.metadata import is_variable_text, read_small, read_text
from pathgui.storage.walk import Problem, guarded

FACTS = (
    *("name", "level", "dimensions", "mpp", "magnification", "tile_size", "stride"),
    *("pad", "source_path", "source_quickhash"),
)
# No slide is larger, no tile either; beyond, products leave 64 bits.
_MOST_PIXELS = 1 << 31
_MOST_SIDE = 1 << 16
_TEXTS = ("name", "mpp_source", "source_path", "source_quickhash")
# Name, letters of numpy's kinds, shape, least value; NaN stands for unknown.
_NUMBERS: tuple[tuple[str, str, tuple[int, ...], float], ...] = (
    ("level", "iu", (), 0),
    ("dimensions", "iu", (2,), 0),
    ("level_size", "iu", (2,), 0),
    ("bounds", "iu", (4,), -_MOST_PIXELS),
    ("tile_size", "iu", (), 1),
    ("stride", "iu", (), 1),
    ("pad", "b", (), 0),
    ("mpp", "f", (), 0),
    ("magnification", "f", (), 0),
    ("downsample", "f", (), 0),
    ("scale", "f", (), 0),
    ("source_size", "iu", (), 0),
    ("source_mtime", "f", (), 0),
)


def check_facts(facts: Any, path: str) -> Iterator[Problem]:
    """Everything that is wrong with the datasets below ``metadata``."""
    for name in _TEXTS:
        if has(facts, name):
            yield from guarded(f"{path}/{name}", _text, facts, name, f"{path}/{name}")
    for name, kinds, shape, least in _NUMBERS:
        if has(facts, name):
            where = f"{path}/{name}"
            yield from guarded(where, _number, facts, name, where, kinds, shape, least)


def _text(facts: Any, name: str, path: str) -> Iterator[Problem]:
    dataset = open_dataset(facts, name)
    if dataset.dtype.kind != "S" and not is_variable_text(dataset):
        yield Problem(path, f"is {dataset.dtype} instead of text")
        return
    value = read_text(facts, name)
    if name == "name" and not value:
        yield Problem(path, "is empty")


def _number(
    facts: Any, name: str, path: str, kinds: str, shape: tuple[int, ...], least: float
) -> Iterator[Problem]:
    value = read_small(facts, name)
    if value.dtype.kind not in kinds or value.shape != shape:
        yield Problem(path, f"is {value.dtype} of shape {value.shape}")
        return
    unknown = name in ("mpp", "magnification") and bool(np.isnan(value))
    if not unknown and not ((value >= least) & np.isfinite(value)).all():
        yield Problem(path, f"is {value.tolist()}")
    most = _MOST_SIDE if name in ("tile_size", "stride") else _MOST_PIXELS
    if (
        name in ("tile_size", "stride", "dimensions", "level_size", "bounds")
        and (value > most).any()
    ):
        yield Problem(path, f"is {value.tolist()}, more than {most}")
