"""A mask that is painted on: filled in colour, with a smooth edge at every zoom."""

from typing import Any

import numpy as np
import numpy.typing as npt
from vispy.gloo import Texture2D
from vispy.scene.visuals import create_visual_node

from pathgui.gui.viewer.drawing import Color, RectVisual

_PAINT = """
uniform sampler2D u_mask;
uniform vec2 u_shape;
uniform float u_opacity;
uniform vec4 u_fill;
uniform float u_scale;
varying vec2 v_spot;

float at(float x, float y) {
    return texture2D(u_mask, (v_spot + vec2(x, y)) / u_shape).r;
}
void main() {
    // The mean around rounds the steps of the pixels, so that the edge is a line.
    float v = 0.25 * (at(0.5, 0.5) + at(-0.5, 0.5) + at(0.5, -0.5) + at(-0.5, -0.5));
    // Where all pixels around are alike the value is flat, and no edge is near.
    float d = (v - 0.5) / max(fwidth(v), 0.0001);
    float line = clamp(u_scale + 0.5 - abs(d), 0.0, 1.0);
    float inside = v >= 0.5 ? u_fill.a : 0.0;
    gl_FragColor = vec4(u_fill.rgb, max(inside, line) * u_opacity);
    if (gl_FragColor.a <= 0.0) discard;
}
"""


class PaintVisual(RectVisual):
    """A boolean picture; a part of it can be replaced at little cost."""

    def __init__(self, mask: npt.NDArray[np.bool_], color: Color) -> None:
        self._texture = Texture2D(_bytes(mask), interpolation="linear")
        super().__init__(_PAINT, mask.shape, rim=0.0)
        self.shared_program["u_mask"] = self._texture
        self.shared_program["u_fill"] = color

    def set_part(
        self, mask: npt.NDArray[np.bool_], box: tuple[int, int, int, int]
    ) -> None:
        """Draw the pixels of `mask` in a box ``(x0, y0, x1, y1)`` as they are now."""
        x0, y0, x1, y1 = box
        if x1 > x0 and y1 > y0:
            part = _bytes(mask[y0:y1, x0:x1])
            self._texture.set_data(part, offset=(y0, x0), copy=True)
            self.update()


def _bytes(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(mask).astype(np.uint8) * 255


PaintNode: Any = create_visual_node(PaintVisual)
