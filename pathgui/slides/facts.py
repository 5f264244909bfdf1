"""Slide properties as OpenSlide gives them, in our own terms."""

import math
from collections.abc import Mapping

import openslide

from pathgui.slides.properties import SlideProperties

# A resolution tag of a plain TIFF is often that of a print (72 dpi), not of a scan.
PLAUSIBLE_TAG = (0.05, 50.0)
_MICROMETRES = {"centimeter": 1e4, "inch": 25_400.0}
_SCANNER_KEYS = (
    "aperio.ScanScope ID",
    "hamamatsu.Product",
    "leica.device-model",
    "ventana.ScannerModel",
    "philips.DICOM_MANUFACTURERS_MODEL_NAME",
    "dicom.ManufacturerModelName",
    "tiff.Model",
    "dicom.Manufacturer",
    "tiff.Make",
)


def from_openslide(slide: openslide.OpenSlide) -> SlideProperties:
    """Read what a handle says about its slide."""
    raw = dict(slide.properties)
    mpp_x, mpp_y, source = _resolution(raw)
    return SlideProperties(
        vendor=raw.get("openslide.vendor", ""),
        level_dimensions=tuple((int(w), int(h)) for w, h in slide.level_dimensions),
        level_downsamples=tuple(float(d) for d in slide.level_downsamples),
        mpp=None if mpp_x is None or mpp_y is None else (mpp_x + mpp_y) / 2,
        mpp_source=source,
        mpp_x=mpp_x,
        mpp_y=mpp_y,
        objective=positive(raw.get("openslide.objective-power")),
        quickhash=raw.get("openslide.quickhash-1", ""),
        bounds=_bounds(raw),
        associated=tuple(sorted(slide.associated_images)),
        scanner=next((raw[key] for key in _SCANNER_KEYS if raw.get(key)), ""),
        background=_background(raw),
        raw=raw,
    )


def positive(text: str | None) -> float | None:
    """A finite number above zero, else None."""
    try:
        value = float(text) if text else 0.0
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _resolution(
    raw: Mapping[str, str],
) -> tuple[float | None, float | None, str]:
    mpp_x = positive(raw.get("openslide.mpp-x"))
    mpp_y = positive(raw.get("openslide.mpp-y"))
    mpp_x, mpp_y = mpp_x or mpp_y, mpp_y or mpp_x
    if mpp_x is not None and raw.get("openslide.vendor") != "generic-tiff":
        return mpp_x, mpp_y, "vendor"
    if mpp_x is None:
        mpp_x, mpp_y = _tag_resolution(raw)
    if mpp_x is not None and PLAUSIBLE_TAG[0] <= mpp_x <= PLAUSIBLE_TAG[1]:
        return mpp_x, mpp_y, "tiff"
    return None, None, ""


def _tag_resolution(raw: Mapping[str, str]) -> tuple[float | None, float | None]:
    unit = _MICROMETRES.get(raw.get("tiff.ResolutionUnit", ""))
    x = positive(raw.get("tiff.XResolution"))
    y = positive(raw.get("tiff.YResolution"))
    if unit is None or x is None or y is None:
        return None, None
    return unit / x, unit / y


def _bounds(raw: Mapping[str, str]) -> tuple[int, int, int, int] | None:
    keys = [f"openslide.bounds-{name}" for name in ("x", "y", "width", "height")]
    try:
        x, y, width, height = (int(raw[key]) for key in keys)
    except (KeyError, ValueError):
        return None
    return x, y, width, height


def _background(raw: Mapping[str, str]) -> tuple[int, int, int]:
    text = raw.get("openslide.background-color", "FFFFFF")
    try:
        value = int(text, 16)
    except ValueError:
        return (255, 255, 255)
    return (value >> 16) & 255, (value >> 8) & 255, value & 255
