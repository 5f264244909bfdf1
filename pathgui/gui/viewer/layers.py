"""What lies on the canvas, each with a name, an eye and an opacity."""

from dataclasses import dataclass
from typing import Any, Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Swatch:
    """The small square before a layer's name: a colour, or a colour map."""

    color: str = ""
    colormap: str = ""


class Overlay(Protocol):
    """One row of the layers panel."""

    name: str
    kind: str
    swatch: Swatch

    @property
    def visible(self) -> bool:
        """Whether it is drawn."""
        ...

    @visible.setter
    def visible(self, value: bool) -> None: ...

    @property
    def opacity(self) -> float:
        """From 0, nothing, to 1."""
        ...

    @opacity.setter
    def opacity(self, value: float) -> None: ...


class LayerOverlay:
    """One or several napari layers under one name."""

    def __init__(self, name: str, kind: str, swatch: Swatch, *layers: Any) -> None:
        self.name, self.kind, self.swatch = name, kind, swatch
        self.layers = layers

    @property
    def visible(self) -> bool:
        return bool(self.layers[0].visible)

    @visible.setter
    def visible(self, value: bool) -> None:
        for layer in self.layers:
            layer.visible = value

    @property
    def opacity(self) -> float:
        return float(self.layers[0].opacity)

    @opacity.setter
    def opacity(self, value: float) -> None:
        for layer in self.layers:
            layer.opacity = value

    @override
    def __repr__(self) -> str:
        return f"LayerOverlay({self.name})"


class NodeOverlay:
    """A drawing of our own in napari's scene."""

    def __init__(self, name: str, kind: str, swatch: Swatch, node: Any) -> None:
        self.name, self.kind, self.swatch = name, kind, swatch
        self.node = node
        self._opacity = 1.0

    @property
    def visible(self) -> bool:
        return bool(self.node.visible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.node.visible = value

    @property
    def opacity(self) -> float:
        return self._opacity

    @opacity.setter
    def opacity(self, value: float) -> None:
        self._opacity = value
        self.node.set_uniform("u_opacity", value)

    @override
    def __repr__(self) -> str:
        return f"NodeOverlay({self.name})"
