"""What every transform is: frozen parameters, a scope, and `apply`."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt

from pathgui.errors import TransformError
from pathgui.tiling import Image, Label, Mask, TileData

Scope = Literal["slide", "tile"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What values a parameter may take, and how a form should show it.

    Attributes
    ----------
    minimum, maximum : float or None
        Inclusive range of a number.
    choices : tuple of str
        Allowed words.
    unit : str
        Unit shown beside the value, for example ``"px"`` or ``"µm²"``.
    help : str
        One sentence for people.
    odd : bool
        Only odd numbers make sense (kernel sizes).
    common : bool
        Among those that people change most: a form shows these first.
    """

    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    odd: bool = False
    common: bool = False


def param(default: Any, help: str = "", **bounds: Any) -> Any:  # noqa: A002
    """Declare a transform's parameter: its default, its help, its `Bounds`."""
    return field(default=default, metadata={"bounds": Bounds(help=help, **bounds)})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a form or a document needs it."""

    name: str
    kind: type
    optional: bool
    default: Any
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class SlideMask:
    """A mask over the whole slide at low resolution.

    Attributes
    ----------
    array : ndarray of bool, shape (height, width)
        True inside.
    downsample : float
        Level-0 pixels per mask pixel.
    """

    array: npt.NDArray[np.bool_]
    downsample: float


@dataclass(slots=True)
class Overview:
    """The picture of a whole slide that slide-scoped transforms look at once.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        The slide at low resolution.
    downsample : float
        Level-0 pixels per pixel of `image`.
    mpp : float or None
        Micrometres per **level-0** pixel.
    masks : dict of str to SlideMask
        Masks found so far, by name; transforms add theirs.
    tissue : str
        Name of the mask that says where tissue is, which is what `sample` looks at.
    sample : callable
        ``sample(n)`` returns pixels ``(m, 3)`` uint8, m ≤ n, of tissue at the
        resolution of the tiles (all of the slide where there is no mask of tissue yet).
    warnings : list of str
        What a transform had to guess or give up; shown to people.
    measured : dict of str to float
        Numbers about the slide that transforms found; kept in the provenance.
    """

    image: Image
    downsample: float
    mpp: float | None
    sample: Callable[[int], npt.NDArray[np.uint8]]
    masks: dict[str, SlideMask] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)
    tissue: str = "tissue"

    @property
    def pixel_area(self) -> float | None:
        """Square micrometres per pixel of `image`, where known."""
        return None if self.mpp is None else (self.mpp * self.downsample) ** 2


class TileStep(ABC):
    """Something that is done to one tile; may keep what was learned of the slide.

    Attributes
    ----------
    changes_image : bool
        Whether it changes pixels, rather than only adding masks and labels.
    """

    changes_image: ClassVar[bool] = False

    @abstractmethod
    def apply(self, tile: TileData) -> None:
        """Change the image, masks or labels of `tile` in place."""


@dataclass(frozen=True)
class Transform(TileStep):
    """Base of all transforms: a frozen dataclass whose fields are its parameters.

    A ``tile`` transform works on each tile alone. A ``slide`` transform looks at
    the slide once, in `fit`, and returns the step that each tile then gets.
    """

    scope: ClassVar[Scope] = "tile"
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        # Numbers take the declared type, so that 5 and 5.0 make the same recipe.
        for parameter in self.parameters():
            value = _checked(
                type(self).__name__, parameter, getattr(self, parameter.name)
            )
            object.__setattr__(self, parameter.name, value)

    def fit(self, overview: Overview) -> TileStep:  # noqa: ARG002
        """Learn from the slide; tile transforms have nothing to learn."""
        return self

    def config(self) -> dict[str, Any]:
        """Parameters by name, as TOML writes them; None is left out."""
        values = {f.name: _thawed(getattr(self, f.name)) for f in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def digest(self) -> str:
        """SHA-256 of name and parameters: the same in every process and everywhere.

        Python's own `hash` of text differs from process to process.
        """
        return digest_of({"transform": type(self).__name__, **self.config()})

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make the transform from parameters by name.

        Raises
        ------
        TransformError
            If a name is unknown or a value is of the wrong type or out of range.
        """
        known = {f.name for f in fields(cls)}
        for name in config:
            if name not in known:
                raise TransformError(
                    f"{cls.__name__} has no parameter {name!r}",
                    "it takes " + (", ".join(sorted(known)) or "none"),
                )
        try:
            return cls(**config)
        except TypeError as error:
            raise TransformError(f"{cls.__name__} cannot be made: {error}") from error

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """The parameters with type, default and bounds, in order."""
        from typing import get_args, get_type_hints

        hints = get_type_hints(cls)
        result = []
        for item in fields(cls):
            kinds = [k for k in get_args(hints[item.name]) if k is not type(None)]
            optional = type(None) in get_args(hints[item.name])
            kind = kinds[0] if kinds and optional else hints[item.name]
            bounds = item.metadata.get("bounds", Bounds())
            result.append(Parameter(item.name, kind, optional, item.default, bounds))
        return tuple(result)


def digest_of(config: Any) -> str:
    """SHA-256 of plain data, whatever the order of its keys."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _frozen(value: Any) -> Any:
    """Lists become tuples, at every depth, so that a transform stays hashable."""
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _thawed(value: Any) -> Any:
    """Tuples become the lists that TOML and JSON read back."""
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _checked(transform: str, parameter: Parameter, value: Any) -> Any:
    """The value in its declared type.

    Raises
    ------
    TransformError
        If it is of another type or outside the bounds.
    """
    bounds, where = parameter.bounds, f"{transform}.{parameter.name}"
    if value is None:
        if not parameter.optional:
            raise TransformError(f"{where} is missing")
        return None
    wants = parameter.kind if isinstance(parameter.kind, type) else None
    if wants in (int, float):
        return _checked_number(where, wants is int, value, bounds)
    if wants in (str, bool) and not isinstance(value, wants):
        raise TransformError(f"{where} is {value!r}, {wants.__name__} is needed")
    if bounds.choices and value not in bounds.choices:
        raise TransformError(
            f"{where} is {value!r}", "use one of " + ", ".join(bounds.choices)
        )
    # str() turns the string types of TOML parsers into plain ones.
    return str(value) if wants is str else _frozen(value)


def _checked_number(where: str, whole: bool, value: Any, bounds: Bounds) -> Any:
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TransformError(f"{where} is {value!r}, a number is needed")
    if whole and not float(value).is_integer():
        raise TransformError(f"{where} is {value}, a whole number is needed")
    _check_range(where, float(value), bounds)
    return int(value) if whole else float(value)


def _check_range(where: str, value: float, bounds: Bounds) -> None:
    low, high = bounds.minimum, bounds.maximum
    finite = np.isfinite(value)
    if (
        not finite
        or (low is not None and value < low)
        or (high is not None and value > high)
    ):
        limits = " to ".join("any" if b is None else f"{b:g}" for b in (low, high))
        raise TransformError(
            f"{where} is {value}, outside {limits} {bounds.unit}".strip()
        )
    if bounds.odd and value % 2 != 1:
        raise TransformError(f"{where} is {value}, an odd number is needed")


__all__ = [
    "Bounds",
    "Image",
    "Label",
    "Mask",
    "Overview",
    "Parameter",
    "Scope",
    "SlideMask",
    "TileData",
    "TileStep",
    "Transform",
    "param",
]
