"""Stain normalisation: fitted once per slide, applied to each tile."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, cast

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import TransformError
from pathgui.preprocessing.colour import background_colour
from pathgui.preprocessing.slide_transform import SlideTransform
from pathgui.preprocessing.stains.density import White
from pathgui.preprocessing.stains.estimate import (
    Estimation,
    Stains,
    StainsUnclear,
    estimated,
    stained,
)
from pathgui.preprocessing.stains.reinhard import ReinhardStep, lab_statistics
from pathgui.preprocessing.stains.step import StainStep, Unchanged
from pathgui.preprocessing.transform import Image, Overview, TileStep, param

Row = tuple[float, float, float]
Rows = tuple[Row, Row]
Pair = tuple[float, float]

# So many pixels of tissue tell the stains; more cost reading time only.
_SAMPLE = 60_000
# A slide is never made so many times stronger or weaker.
_LIMIT = 3.0
# Macenko's target, as PathML has it.
_MATRIX: Rows = ((0.5626, 0.7201, 0.4062), (0.2159, 0.8012, 0.5581))
_MOST: Pair = (1.9705, 1.0308)
# A well stained slide in lαβ, natural logarithms.
_REINHARD_MEAN: Row = (8.5, -0.16, 0.045)
_REINHARD_SPREAD: Row = (0.5, 0.12, 0.03)


@dataclass(frozen=True)
class StainNormalizationHE(SlideTransform):
    """Make the colours of haematoxylin and eosin alike on all slides.

    The stains are estimated once per slide on sampled tissue and the whole slide is
    changed alike, so that tiles still fit together. Where a slide has too little
    tissue, or one stain only, its colours are left as they are, with a warning. No
    stain is made more than three times stronger or weaker.

    Macenko (ISBI 2009) and Vahadane (TMI 2016) separate stains; Reinhard (2001)
    moves mean and spread of colours, and knows the target ``normalize`` only.
    """

    title: ClassVar[str] = "Normalise stains"
    changes_image: ClassVar[bool] = True

    target: str = param(
        "normalize",
        "Both stains in the target's colours, or one of them alone",
        choices=("normalize", "hematoxylin", "eosin"),
    )
    stain_estimation_method: str = param(
        "macenko",
        "How the stains are found",
        choices=("macenko", "vahadane", "reinhard"),
    )
    optical_density_threshold: float = param(
        0.15,
        "Pixels that are paler, on average of the channels, do not count",
        minimum=0,
        maximum=2,
        unit="OD",
    )
    regularizer: float = param(
        0.1, "Sparseness (Vahadane): one stain per pixel", minimum=0, maximum=2
    )
    angular_percentile: float = param(
        0.01, "Share of pixels beyond each stain (Macenko)", minimum=0, maximum=0.25
    )
    background_intensity: int = param(
        245, "Brightness of glass in the result", minimum=1, maximum=255
    )
    # Immutable values; ruff cannot tell that `param` only declares them.
    stain_matrix_target_od: Rows = param(  # noqa: RUF009
        _MATRIX, "Target densities: haematoxylin, then eosin", unit="OD"
    )
    max_c_target: Pair = param(  # noqa: RUF009
        _MOST, "Target strength of haematoxylin and eosin"
    )
    reinhard_mean_target: Row = param(  # noqa: RUF009
        _REINHARD_MEAN, "Target mean (Reinhard, lαβ)"
    )
    reinhard_std_target: Row = param(  # noqa: RUF009
        _REINHARD_SPREAD, "Target spread (Reinhard, lαβ)"
    )

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        matrix = _array(self, "stain_matrix_target_od")
        # PathML writes stains as columns.
        matrix = matrix.T if matrix.shape == (3, 2) else matrix
        _set_rows(self, "stain_matrix_target_od", matrix, (2, 3), positive=True)
        for name, shape in (("max_c_target", (2,)), ("reinhard_std_target", (3,))):
            _set_rows(self, name, _array(self, name), shape, positive=True)
        mean = _array(self, "reinhard_mean_target")
        _set_rows(self, "reinhard_mean_target", mean, (3,), positive=False)
        if self.stain_estimation_method == "reinhard" and self.target != "normalize":
            raise TransformError(
                "Reinhard's method cannot show one stain alone",
                'use stain_estimation_method = "macenko" or target = "normalize"',
            )

    @override
    def fit(self, overview: Overview) -> TileStep:
        """Estimate the stains of a slide from a sample of its tissue."""
        white = self._white(overview.image)
        try:
            return self._step(overview.sample(_SAMPLE), white, overview.warnings)
        except StainsUnclear as reason:
            overview.warnings.append(
                f"the stains of this slide cannot be told, as {reason}; its colours "
                "were left as they are"
            )
            return Unchanged()

    def fit_to_reference(self, image: Image) -> Self:
        """Take the target from a picture, in place; call it before anything else.

        Parameters
        ----------
        image : ndarray of uint8, shape (H, W, 3)
            A well stained picture with both stains in it.

        Returns
        -------
        StainNormalizationHE
            This transform, which now has the picture's colours as its target.

        Raises
        ------
        TransformError
            If the picture does not show two stains.
        """
        pixels = np.ascontiguousarray(image).reshape(-1, 3)
        pixels = pixels[:: max(1, len(pixels) // (4 * _SAMPLE))]
        white = self._white(image)
        try:
            if self.stain_estimation_method == "reinhard":
                mean, spread = self._statistics(pixels, white)
                new: dict[str, Any] = {
                    "reinhard_mean_target": mean,
                    "reinhard_std_target": spread,
                }
            else:
                stains = estimated(pixels, white, self._how)
                new = {
                    "stain_matrix_target_od": _rounded(stains.matrix),
                    "max_c_target": _rounded(stains.most),
                }
        except StainsUnclear as reason:
            raise TransformError(
                f"the reference cannot be a target, as {reason}",
                "choose a picture that is full of tissue with both stains",
            ) from reason
        for name, value in new.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def _how(self) -> Estimation:
        return Estimation(
            self.stain_estimation_method,
            self.optical_density_threshold,
            self.regularizer,
            self.angular_percentile,
        )

    def _white(self, image: Image) -> White:
        glass = float(self.background_intensity)
        return background_colour(image) or (glass, glass, glass)

    def _statistics(
        self, pixels: npt.NDArray[np.uint8], white: White
    ) -> tuple[Row, Row]:
        tissue = stained(pixels, white, self.optical_density_threshold)
        return lab_statistics(255 * np.exp(-tissue))

    def _step(
        self, pixels: npt.NDArray[np.uint8], white: White, warnings: list[str]
    ) -> TileStep:
        if self.stain_estimation_method == "reinhard":
            source = self._statistics(pixels, white)
            if min(source[1]) < 1e-4:
                raise StainsUnclear("it has one colour only")
            wanted = self.reinhard_mean_target, self.reinhard_std_target
            return ReinhardStep.between(
                source, wanted, _LIMIT, white, float(self.background_intensity)
            )
        stains = estimated(pixels, white, self._how)
        scale = np.asarray(self.max_c_target) / stains.most
        limited = np.clip(scale, 1 / _LIMIT, _LIMIT)
        if not np.array_equal(scale, limited):
            warnings.append(
                "a stain of this slide is more than three times stronger or weaker "
                "than the target; it was changed by a factor of three only"
            )
        return self._stain_step(stains, limited, white)

    def _stain_step(
        self, stains: Stains, scale: npt.NDArray[np.float64], white: White
    ) -> TileStep:
        which: dict[str, list[int]] = {
            "normalize": [0, 1],
            "hematoxylin": [0],
            "eosin": [1],
        }
        chosen = which[self.target]
        target = np.asarray(self.stain_matrix_target_od)[chosen]
        return StainStep.between(
            stains.matrix, chosen, scale[chosen, None] * target,
            white, float(self.background_intensity),
        )  # fmt: skip


def _array(transform: StainNormalizationHE, name: str) -> npt.NDArray[np.float64]:
    value = getattr(transform, name)
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TransformError(
            f"StainNormalizationHE.{name} is {value!r}, numbers are needed"
        ) from error


def _set_rows(
    transform: StainNormalizationHE,
    name: str,
    values: npt.NDArray[np.float64],
    shape: tuple[int, ...],
    *,
    positive: Literal[True, False],
) -> None:
    wrong = values.shape != shape or not np.isfinite(values).all()
    if not wrong and positive:
        wrong = bool((values < 0).any() or (values.sum(axis=-1) <= 0).any())
    if not wrong and name == "stain_matrix_target_od":
        wrong = bool(np.linalg.matrix_rank(values) < 2)
    if wrong:
        raise TransformError(
            f"StainNormalizationHE.{name} is {values.tolist()}",
            f"it takes {' × '.join(map(str, shape))} finite numbers"
            + (", none negative" if positive else ""),
        )
    object.__setattr__(transform, name, _frozen(values.tolist()))


def _rounded(values: npt.NDArray[np.float64]) -> Any:
    """Tuples of numbers short enough to be read in a recipe."""
    return _frozen(np.round(values, 6).tolist())


def _frozen(values: Any) -> Any:
    return (
        tuple(map(_frozen, values)) if isinstance(values, list) else cast(Any, values)
    )
