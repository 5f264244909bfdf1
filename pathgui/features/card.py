"""What a model wants to see: the few facts that its file alone does not tell."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from pathgui.errors import ModelError

Layout = Literal["NCHW", "NHWC"]
_MAX_BYTES = 100_000
_HINT = (
    "write a card beside the model, <model>.toml, with input_size, mean, std and "
    "divide_by"
)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """How pixels become a model's input, and which output holds the features.

    A pixel p of 0 to 255 becomes ``(p / divide_by - mean) / std``, channel by channel.

    Attributes
    ----------
    input_size : int
        Side in pixels that tiles are scaled to.
    mean, std : tuple of float
        One number for each of red, green, blue.
    divide_by : float
        255 for models whose mean and std speak of 0 to 1; 1 for 0 to 255.
    layout : str
        ``"NCHW"`` or ``"NHWC"``.
    output : str
        Name of the output; empty for the first.
    name : str
        What files and tables call the model; empty for the file's own name.
    licence, source : str
        For people.
    """

    input_size: int
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    divide_by: float = 255.0
    layout: Layout = "NCHW"
    output: str = ""
    name: str = ""
    licence: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        numbers = (*self.mean, *self.std, self.divide_by)
        if not 8 <= self.input_size <= 4096:
            raise ModelError(f"a model card has an input_size of {self.input_size}")
        if len(self.mean) != 3 or len(self.std) != 3 or not all(map(_finite, numbers)):
            raise ModelError("a model card needs three numbers each for mean and std")
        if min(self.std) <= 0 or self.divide_by <= 0:
            raise ModelError("std and divide_by of a model card must be above 0")
        if self.layout not in ("NCHW", "NHWC"):
            raise ModelError(f"a model card has the unknown layout {self.layout!r}")


def card_for(model: Path, properties: Mapping[str, str]) -> ModelCard:
    """The card beside a model; without one, what the model's own properties tell.

    Parameters
    ----------
    model : Path
        The model's file.
    properties : mapping of str to str
        Its metadata: `input_size`, `mean`, `std` (numbers with commas between),
        `divide_by`, `layout`, `embedding` (the output's name).

    Raises
    ------
    ModelError
        If neither tells how to scale pixels, or what they tell makes no sense.
    """
    beside = model.with_suffix(".toml")
    if beside.exists():
        return load_card(beside)
    if "mean" not in properties or "std" not in properties:
        raise ModelError(f"{model} does not tell how its input is scaled", _HINT)
    try:
        mean, std = (_three(properties[key]) for key in ("mean", "std"))
        # Means beyond 1 can only speak of pixels from 0 to 255.
        scale = properties.get("divide_by", "1" if max(mean) > 1 else "255")
        layout: Any = properties.get("layout", "NCHW").upper()
        return ModelCard(
            int(properties.get("input_size", "224")),
            mean,
            std,
            float(scale),
            layout,
            properties.get("embedding", ""),
            licence=properties.get("licence", ""),
            source=properties.get("source", ""),
        )
    except ValueError as error:
        raise ModelError(f"{model} has wrong properties: {error}", _HINT) from error


def load_card(path: Path) -> ModelCard:
    """Read a card from TOML.

    Raises
    ------
    ModelError
        If it cannot be read, or holds unknown or wrong entries.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ModelError(f"{path} is too large for a model card")
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"the model card {path} cannot be read: {error}") from error
    known = {field.name for field in fields(ModelCard)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise ModelError(
            f"the model card {path} has unknown entries: {', '.join(unknown)}",
            "known are " + ", ".join(sorted(known)),
        )
    try:
        values: dict[str, Any] = {k: _entry(k, v) for k, v in data.items()}
        return ModelCard(values.pop("input_size"), **values)
    except KeyError as error:
        raise ModelError(f"the model card {path} has no input_size") from error
    except (TypeError, ValueError) as error:
        raise ModelError(f"the model card {path} is wrong: {error}") from error


def _entry(key: str, value: Any) -> Any:
    if key in ("mean", "std"):
        return _three(",".join(str(float(x)) for x in value))
    if key in ("input_size", "divide_by"):
        return int(value) if key == "input_size" else float(value)
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _three(text: str) -> tuple[float, float, float]:
    red, green, blue = (float(part) for part in text.split(","))
    return red, green, blue


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
