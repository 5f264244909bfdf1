"""Magnification, scale bar and read-out: numbers of a view, no widgets."""

from dataclasses import dataclass
from math import floor, log10

PRESETS = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0)
_MPP_AT_ONE = 10.0


@dataclass(frozen=True, slots=True)
class Optics:
    """How pixels of a slide relate to micrometres and to an objective.

    Attributes
    ----------
    mpp : float or None
        Micrometres per level-0 pixel.
    objective : float or None
        Nominal objective power of the scan.
    """

    mpp: float | None
    objective: float | None

    @property
    def unit(self) -> float:
        """World units (µm, or pixels where mpp is unknown) per level-0 pixel."""
        return 1.0 if self.mpp is None else self.mpp

    @property
    def power(self) -> float | None:
        """Magnification of level 0 shown pixel by pixel; None if unknown.

        Where the file does not name its objective, 10 µm per pixel is 1×, the
        convention of slide scanners (0.25 µm is 40×, 0.5 µm is 20×).
        """
        if self.objective is not None:
            return self.objective
        return None if self.mpp is None else _MPP_AT_ONE / self.mpp

    def magnification(self, zoom: float) -> float | None:
        """Magnification at `zoom` screen pixels per world unit."""
        power = self.power
        return None if power is None else power * zoom * self.unit

    def zoom_at(self, magnification: float) -> float | None:
        """Screen pixels per world unit that show a magnification."""
        power = self.power
        return None if power is None else magnification / (power * self.unit)


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar: how long it is on screen and what it says."""

    pixels: float
    text: str


def scale_bar(zoom: float, micrometres: bool, room: float = 176.0) -> Bar:
    """Longest round length (1, 2 or 5 × 10ⁿ) that fits into `room` screen pixels.

    Parameters
    ----------
    zoom : float
        Screen pixels per world unit.
    micrometres : bool
        Whether the world unit is µm; else it is a level-0 pixel.
    room : float
        Screen pixels the bar may take.
    """
    limit = room / zoom
    power = 10.0 ** floor(log10(limit))
    length = max(step * power for step in (1, 2, 5) if step * power <= limit)
    return Bar(length * zoom, _length(length, micrometres))


def magnification_text(magnification: float | None, zoom: float) -> str:
    """``8.7×``; a share of full size where the magnification is unknown."""
    if magnification is None:
        share = zoom * 100
        return f"{share:.0f} %" if share >= 1 else f"{share:.2g} %"
    if magnification >= 10:
        return f"{magnification:.0f}×"
    return f"{magnification:.1f}×" if magnification >= 1 else f"{magnification:.2f}×"


def extent_text(width: float, height: float, micrometres: bool) -> str:
    """Size of the visible area, ``49.0 × 23.5 mm``."""
    if not micrometres:
        return f"{width:,.0f} × {height:,.0f} px"
    if max(width, height) >= 1000:
        return f"{width / 1000:.1f} × {height / 1000:.1f} mm"
    return f"{width:,.0f} × {height:,.0f} µm"


def nearest_preset(magnification: float | None) -> float | None:
    """The preset a view stands on, within 15 %."""
    if magnification is None:
        return None
    best = min(PRESETS, key=lambda preset: abs(log10(magnification / preset)))
    return best if 0.87 <= magnification / best <= 1.15 else None


def _length(length: float, micrometres: bool) -> str:
    if not micrometres:
        return f"{length:,.0f} px" if length >= 1 else f"{length:g} px"
    if length >= 1000:
        return f"{length / 1000:g} mm"
    return f"{length:g} µm" if length >= 1 else f"{length * 1000:g} nm"
