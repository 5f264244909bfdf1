"""Annotations that do not lie on their slide: left out, or cut at its edge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pathgui.interop import Annotation

# Shapes drawn over the edge are usual; farther out than the slide is large they are
# not, and would be drawn across everything.
_FAR = 1.0


@dataclass(frozen=True, slots=True)
class OnSlide:
    """What of a file lies on a slide.

    Attributes
    ----------
    annotations : tuple of Annotation
        Those that touch the slide.
    left_out : int
        Shapes that lie wholly outside.
    cut : int
        Shapes that reached far beyond the slide.
    """

    annotations: tuple[Annotation, ...]
    left_out: int
    cut: int

    @property
    def note(self) -> str:
        """What was left out or cut, as a sentence; empty if nothing was."""
        parts = []
        if self.left_out:
            lie, were = ("lies", "was") if self.left_out == 1 else ("lie", "were")
            parts.append(
                f"{self.left_out:,} {lie} outside of the slide and {were} left out"
            )
        if self.cut:
            was = "was" if self.cut == 1 else "were"
            parts.append(
                f"{self.cut:,} reached far beyond it and {was} cut at its edge"
            )
        return f"{', '.join(parts)}." if parts else ""


def on_slide(annotations: Sequence[Annotation], size: tuple[int, int]) -> OnSlide:
    """Keep what lies on a slide.

    Parameters
    ----------
    annotations : sequence of Annotation
        In level-0 pixels.
    size : (int, int)
        Width and height of level 0.
    """
    import shapely

    width, height = size
    whole = shapely.box(0, 0, width, height)
    far = shapely.box(-_FAR * width, -_FAR * height, 2 * width, 2 * height)
    kept: list[Annotation] = []
    cut = 0
    for annotation in annotations:
        shape = annotation.geometry
        if not shape.intersects(whole):
            continue
        if far.contains(shape):
            kept.append(annotation)
        else:
            part = shapely.make_valid(shape).intersection(whole)
            kept.append(replace(annotation, geometry=part))
            cut += 1
    return OnSlide(tuple(kept), len(annotations) - len(kept), cut)
