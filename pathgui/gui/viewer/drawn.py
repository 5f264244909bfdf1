"""What people drew on a slide, read with it: reviewed mask and annotations."""

from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import PathguiError
from pathgui.gui.viewer.outline import MaskField, mask_field
from pathgui.interop import Annotation, Bounds, read_geojson
from pathgui.workflows import drafts, reviewed_masks
from pathgui.workflows.drafts import Corner
from pathgui.workflows.reviewed_masks import Reviewed


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """Reviewed mask and annotations of a slide.

    Attributes
    ----------
    reviewed : Reviewed or None
        The mask as a person left it.
    edge : MaskField or None
        Its edge, ready to be drawn.
    annotations : tuple of Annotation
        In level-0 pixels.
    problem : PathguiError or None
        Why one of the files cannot be read.
    note : str
        How the annotations were moved to level-0 pixels, if they were.
    draft : Reviewed or None
        A mask that was changed and not saved.
    shape : tuple of (float, float)
        Corners of a shape that was drawn and not kept.
    """

    reviewed: Reviewed | None = None
    edge: MaskField | None = None
    annotations: tuple[Annotation, ...] = ()
    problem: PathguiError | None = None
    note: str = ""
    draft: Reviewed | None = None
    shape: tuple[Corner, ...] = ()


def read_drawn(
    mask: Path | None,
    annotations: Path | None,
    bounds: Bounds | None = None,
    waiting: tuple[Path, Path] | None = None,
) -> Drawn:
    """Read both files where they exist; a problem is noted, not raised.

    Annotations that do not say where they count from are taken as QuPath's on a slide
    with these bounds of its scanned area.
    """
    reviewed, edge, note = None, None, ""
    found: tuple[Annotation, ...] = ()
    problem: PathguiError | None = None
    try:
        reviewed, edge = read_mask(mask)
    except PathguiError as error:
        problem = error
    try:
        if annotations is not None and annotations.exists():
            found, note = read_placed(annotations, bounds)
    except PathguiError as error:
        problem = error
    draft = None if waiting is None else drafts.read_mask(waiting[0])
    shape = () if waiting is None else drafts.read_shape(waiting[1])
    return Drawn(reviewed, edge, found, problem, note, draft, shape)


def read_placed(
    file: Path, bounds: Bounds | None
) -> tuple[tuple[Annotation, ...], str]:
    """Annotations in level-0 pixels, and how they were moved if so; InteropError."""
    read = read_geojson(file)
    placed = read.on(bounds)
    moved = placed.warnings[len(read.warnings) :]
    return placed.annotations, "".join(f"{words}." for words in moved)


def read_mask(file: Path | None) -> tuple[Reviewed | None, MaskField | None]:
    """A reviewed mask with its edge; ReviewedMaskError."""
    if file is None or not file.exists():
        return None, None
    try:
        data = file.read_bytes()
    except OSError as error:
        words = f"{file} cannot be read: {error.strerror or error}."
        raise reviewed_masks.ReviewedMaskError(words) from error
    reviewed = reviewed_masks.decoded(data, file)
    return reviewed, edge_of(reviewed)


def edge_of(reviewed: Reviewed) -> MaskField:
    """The edge of a reviewed mask, ready to be drawn."""
    return mask_field(reviewed.name, reviewed.mask, reviewed.downsample)
