"""The few facts of OME-XML that a slide needs."""

from dataclasses import dataclass

from pathgui.slides.facts import positive

# Micrometres per unit, as the OME schema names them. Both Unicode forms of µ occur.
_UNITS = {
    "m": 1e6,
    "dm": 1e5,
    "cm": 1e4,
    "mm": 1e3,
    "µm": 1.0,
    "\u03bcm": 1.0,
    "um": 1.0,
    "micron": 1.0,
    "nm": 1e-3,
    "pm": 1e-6,
    "Å": 1e-4,
    "\u212b": 1e-4,
    "in": 25_400.0,
    "thou": 25.4,
    "mil": 25.4,
    "ft": 304_800.0,
    "pt": 25_400.0 / 72,
}
_MAX_TEXT = 32 << 20


@dataclass(frozen=True, slots=True)
class OmeFacts:
    """What the first image of an OME-XML block says.

    Attributes
    ----------
    width, height, channels, z, t : int
        Sizes in pixels, samples and planes.
    pixel_type : str
        For example ``"uint8"``.
    mpp_x, mpp_y : float or None
        Micrometres per pixel; None if missing or in a unit without length.
    objective : float or None
        Nominal magnification of the image's objective.
    instrument : str
        Model or maker of the microscope.
    """

    width: int
    height: int
    channels: int
    z: int
    t: int
    pixel_type: str
    mpp_x: float | None
    mpp_y: float | None
    objective: float | None
    instrument: str


def parse(text: str) -> OmeFacts:
    """Read OME-XML; entities are never expanded.

    Raises
    ------
    ValueError
        If it is no well-formed OME-XML with one image, or hostile.
    """
    import defusedxml.ElementTree as Safe
    from defusedxml import DefusedXmlException

    if len(text) > _MAX_TEXT:
        raise ValueError("its OME-XML is too long")
    try:
        root = Safe.fromstring(text.encode())
    except DefusedXmlException as error:
        raise ValueError("its OME-XML contains entities") from error
    except Safe.ParseError as error:
        raise ValueError(f"its OME-XML is malformed: {error}") from error
    image = root.find("{*}Image")
    pixels = None if image is None else image.find("{*}Pixels")
    if image is None or pixels is None:
        raise ValueError("its OME-XML names no image")
    return _facts(root, image, pixels)


def _facts(root: object, image: object, pixels: object) -> OmeFacts:
    get = pixels.get  # type: ignore[attr-defined]

    def length(axis: str) -> float | None:
        value = positive(get(f"PhysicalSize{axis}"))
        unit = _UNITS.get(get(f"PhysicalSize{axis}Unit", "µm"))
        return None if value is None or unit is None else value * unit

    mpp_x, mpp_y = length("X"), length("Y")
    objective, instrument = _optics(root, image)
    return OmeFacts(
        width=int(get("SizeX", "0")),
        height=int(get("SizeY", "0")),
        channels=int(get("SizeC", "1")),
        z=int(get("SizeZ", "1")),
        t=int(get("SizeT", "1")),
        pixel_type=str(get("Type", "")),
        mpp_x=mpp_x or mpp_y,
        mpp_y=mpp_y or mpp_x,
        objective=objective,
        instrument=instrument,
    )


def _optics(root: object, image: object) -> tuple[float | None, str]:
    settings = image.find("{*}ObjectiveSettings")  # type: ignore[attr-defined]
    wanted = None if settings is None else settings.get("ID")
    objectives = root.findall("{*}Instrument/{*}Objective")  # type: ignore[attr-defined]
    chosen = [o for o in objectives if o.get("ID") == wanted]
    if not chosen and wanted is None and len(objectives) == 1:
        chosen = objectives
    power = positive(chosen[0].get("NominalMagnification")) if chosen else None
    scope = root.find("{*}Instrument/{*}Microscope")  # type: ignore[attr-defined]
    if scope is None:
        return power, ""
    return power, scope.get("Model") or scope.get("Manufacturer") or ""
