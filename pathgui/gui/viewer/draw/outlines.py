"""Outlines of annotations as one drawing per class, however many there are."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from vispy.scene.visuals import create_visual_node
from vispy.visuals import LineVisual

from pathgui.interop import Annotation

# Colours of classes that bring none; all keep 4.5:1 or more on white.
COLORS = ((122, 94, 6), (0, 92, 65), (83, 57, 115), (140, 23, 32), (11, 87, 164))


class OutlinesVisual(LineVisual):  # type: ignore[misc]
    """Rings as thin lines; takes an opacity like the other drawings."""

    def __init__(self, rings: Sequence[npt.NDArray[np.float32]], color: Any) -> None:
        position, connect = joined(rings)
        self._rgb = tuple(part / 255 for part in color)
        super().__init__(
            pos=position,
            connect=connect,
            color=(*self._rgb, 1.0),
            width=2.0,
            method="gl",
        )
        self.set_gl_state("translucent", depth_test=False)

    def set_uniform(self, name: str, value: Any) -> None:
        """Only the opacity can be changed."""
        if name == "u_opacity":
            self.set_data(color=(*self._rgb, float(value)))


OutlinesNode: Any = create_visual_node(OutlinesVisual)


def joined(
    rings: Sequence[npt.NDArray[np.float32]],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """All rings one after the other, and which point goes on to the next."""
    position = np.concatenate([np.asarray(ring, np.float32) for ring in rings])
    connect = np.ones(len(position), bool)
    connect[np.cumsum([len(ring) for ring in rings]) - 1] = False
    return position, connect


def rings_of(annotation: Annotation) -> Iterator[npt.NDArray[np.float32]]:
    """Closed rings, lines and small crosses of an annotation, in level-0 pixels."""
    yield from _rings(annotation.geometry)


def _rings(geometry: Any) -> Iterator[npt.NDArray[np.float32]]:
    kind = geometry.geom_type
    if kind == "Polygon":
        for ring in (geometry.exterior, *geometry.interiors):
            yield np.asarray(ring.coords, np.float32)[:, :2]
    elif kind in ("LineString", "LinearRing"):
        yield np.asarray(geometry.coords, np.float32)[:, :2]
    elif kind == "Point":
        x, y = geometry.x, geometry.y
        yield np.array([(x - 8, y), (x + 8, y)], np.float32)
        yield np.array([(x, y - 8), (x, y + 8)], np.float32)
    else:
        for part in geometry.geoms:
            yield from _rings(part)


def by_class(annotations: Sequence[Annotation]) -> dict[str, list[Annotation]]:
    """Annotations by class, in the order in which classes come."""
    found: dict[str, list[Annotation]] = {}
    for annotation in annotations:
        found.setdefault(annotation.classification, []).append(annotation)
    return found


def color_of(members: Sequence[Annotation], number: int) -> tuple[int, int, int]:
    """The colour a class brings with it, else one of ours."""
    brought = next((item.color for item in members if item.color is not None), None)
    return brought or COLORS[number % len(COLORS)]
