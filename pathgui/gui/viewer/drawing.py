"""Overlays drawn by the graphics card: lines stay as thin as they are at any zoom.

One rectangle per overlay and a small picture with the facts (tiles: one value per
cell; mask: distance to its edge). The card works out each screen pixel, so 100,000
tiles cost what one costs, and zooming changes nothing in memory.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from vispy.gloo import Texture2D
from vispy.scene.visuals import create_visual_node
from vispy.visuals import Visual

_VERTEX = """
attribute vec2 a_spot;
varying vec2 v_spot;
void main() {
    v_spot = a_spot;
    gl_Position = $transform(vec4(a_spot, 0.0, 1.0));
}
"""

_TILES = """
uniform sampler2D u_state;
uniform vec2 u_shape;
uniform float u_fill;
uniform float u_opacity;
uniform vec4 u_line;
uniform vec4 u_cross;
uniform vec4 u_ring;
uniform vec4 u_focus;
uniform vec4 u_hover;
uniform float u_lattice;
uniform vec2 u_limit;
uniform float u_scale;
varying vec2 v_spot;

float state(vec2 cell) {
    if (cell.x < 0.0 || cell.y < 0.0 || cell.x >= u_shape.x || cell.y >= u_shape.y)
        return 0.0;
    return floor(texture2D(u_state, (cell + 0.5) / u_shape).r * 255.0 + 0.5);
}
bool has(float value, float bit) { return mod(floor(value / bit), 2.0) > 0.5; }

vec4 over(vec4 top, vec4 low) {
    float a = top.a + low.a * (1.0 - top.a);
    vec3 c = top.rgb * top.a + low.rgb * low.a * (1.0 - top.a);
    return vec4(a > 0.0 ? c / a : c, a);
}
float edge(vec2 spot, vec4 box, vec2 px) {
    vec2 d = max(box.xy - spot, spot - box.zw) / px;
    float outside = length(max(d, 0.0));
    return abs(outside + min(max(d.x, d.y), 0.0));
}
vec4 ring(vec4 below, vec2 spot, vec4 box, vec2 px, float half_width) {
    if (box.z <= box.x) return below;
    float d = edge(spot, box, px);
    float inner = half_width * u_scale + 0.5 - d;
    vec4 halo = vec4(1.0, 1.0, 1.0, clamp(inner + u_scale, 0.0, 1.0));
    vec4 line = vec4(u_ring.rgb, clamp(inner, 0.0, 1.0));
    return over(line, over(halo, below));
}
void main() {
    vec2 px = fwidth(v_spot);
    vec2 cell = floor(v_spot);
    vec2 reach = px * 0.5 * u_scale;
    vec2 low = floor(v_spot - reach), high = floor(v_spot + reach);
    float here = state(cell);
    vec4 color = vec4(0.0);
    float size = 1.0 / (max(px.x, px.y) * u_scale);
    float fade = smoothstep(4.0, 9.0, size);
    bool on_x = low.x != high.x, on_y = low.y != high.y;
    vec2 inner = (v_spot - cell) / u_fill;
    if (has(here, 2.0) && inner.x <= 1.0 && inner.y <= 1.0) {
        vec2 slope = vec2(inner.x - inner.y, inner.x + inner.y - 1.0);
        float d = min(abs(slope.x), abs(slope.y)) * 0.707 * u_fill / px.x;
        float stroke = max(clamp(0.75 * u_scale + 0.5 - d, 0.0, 1.0) * fade, 0.22);
        color = vec4(u_cross.rgb, stroke * u_cross.a);
    }
    bool inside = v_spot.x >= -px.x && v_spot.y >= -px.y
        && v_spot.x <= u_shape.x + px.x && v_spot.y <= u_shape.y + px.y;
    if (inside && u_fill >= 1.0 && (on_x || on_y)) {
        float a = state(low), b = state(high);
        float c = state(vec2(low.x, cell.y)), d = state(vec2(high.x, cell.y));
        float e = state(vec2(cell.x, low.y)), f = state(vec2(cell.x, high.y));
        bool kept = (on_x && (c > 0.0 || d > 0.0)) || (on_y && (e > 0.0 || f > 0.0))
            || (on_x && on_y && (a > 0.0 || b > 0.0));
        bool crossed = (on_x && (has(c, 2.0) || has(d, 2.0)))
            || (on_y && (has(e, 2.0) || has(f, 2.0)));
        vec4 line = crossed ? u_cross : u_line;
        bool slide = v_spot.x >= 0.0 && v_spot.y >= 0.0
            && v_spot.x <= u_limit.x + px.x && v_spot.y <= u_limit.y + px.y;
        float ink = kept ? 1.0 : (slide ? u_lattice : 0.0);
        color = over(vec4(line.rgb, line.a * fade * ink), color);
    }
    if (u_fill < 1.0 && here > 0.0) {
        vec4 box = vec4(cell, cell + u_fill);
        float d = edge(v_spot, box, px);
        float ink = u_line.a * fade * clamp(0.5 * u_scale + 0.5 - d, 0.0, 1.0);
        color = over(vec4(u_line.rgb, ink), color);
    }
    if (has(here, 4.0)) {
        vec4 box = vec4(cell + px * 1.5, cell + min(u_fill, 1.0) - px * 1.5);
        color = ring(color, v_spot, box, px, 1.0);
    }
    color = ring(color, v_spot, u_hover, px, 0.5);
    color = ring(color, v_spot, u_focus, px, 1.0);
    gl_FragColor = vec4(color.rgb, color.a * u_opacity);
    if (gl_FragColor.a <= 0.0) discard;
}
"""

_OUTLINE = """
uniform sampler2D u_distance;
uniform vec2 u_shape;
uniform float u_opacity;
uniform vec4 u_line;
uniform vec4 u_inside;
uniform float u_scale;
varying vec2 v_spot;

void main() {
    vec2 px = fwidth(v_spot);
    float d = texture2D(u_distance, v_spot / u_shape).r / max(px.x, px.y);
    float line = clamp(u_scale + 0.5 - abs(d), 0.0, 1.0);
    float halo = clamp(2.1 * u_scale + 0.5 - abs(d), 0.0, 1.0);
    vec4 color = d > 0.0 ? u_inside : vec4(u_inside.rgb, 0.0);
    float a = halo + color.a * (1.0 - halo);
    vec3 c = (vec3(halo) + color.rgb * color.a * (1.0 - halo)) / max(a, 0.001);
    c = mix(c, u_line.rgb, line);
    a = line + a * (1.0 - line);
    gl_FragColor = vec4(c, a * u_opacity);
    if (gl_FragColor.a <= 0.0) discard;
}
"""

_PICTURE = """
uniform sampler2D u_picture;
uniform vec2 u_shape;
uniform float u_opacity;
uniform float u_scale;
varying vec2 v_spot;
void main() {
    vec3 color = texture2D(u_picture, v_spot / u_shape).rgb;
    gl_FragColor = vec4(color, u_opacity * min(u_scale * 1000.0, 1.0));
}
"""

Color = tuple[float, float, float, float]


class RectVisual(Visual):  # type: ignore[misc]
    """A rectangle in units of its own picture, with a shader of its own."""

    def __init__(self, fragment: str, shape: tuple[int, int], rim: float) -> None:
        super().__init__(vcode=_VERTEX, fcode=fragment)
        rows, columns = shape
        left, top, right, low = -rim, -rim, columns + rim, rows + rim
        corners = [(left, top), (right, top), (left, low), (right, low)]
        self.shared_program["a_spot"] = np.array(corners, np.float32)
        self.shared_program["u_shape"] = (float(columns), float(rows))
        self.shared_program["u_opacity"] = 1.0
        self.shared_program["u_scale"] = 1.0
        self._draw_mode = "triangle_strip"
        self._extent = (columns, rows)
        self.set_gl_state("translucent", depth_test=False, cull_face=False)
        self.freeze()

    def set_uniform(self, name: str, value: Any) -> None:
        """Change a number of the shader and draw again."""
        self.shared_program[name] = value
        self.update()

    def _prepare_transforms(self, view: Any) -> None:
        view.view_program.vert["transform"] = view.get_transform()

    def _compute_bounds(self, axis: int, view: Any) -> tuple[float, float]:  # noqa: ARG002
        return (0.0, float(self._extent[axis])) if axis < 2 else (0.0, 0.0)


class TilesVisual(RectVisual):
    """Outlined cells for the tiles of a result, crosses, rings."""

    def __init__(
        self, state: npt.NDArray[np.uint8], fill: float, limit: tuple[float, float]
    ) -> None:
        self._texture = Texture2D(state, interpolation="nearest")
        super().__init__(_TILES, state.shape, rim=1.0)
        program = self.shared_program
        program["u_state"] = self._texture
        program["u_fill"] = min(fill, 1.0)
        program["u_line"] = (0.09, 0.13, 0.18, 0.85)
        program["u_cross"] = (0.55, 0.09, 0.13, 1.0)
        program["u_ring"] = (0.04, 0.34, 0.64, 1.0)
        program["u_focus"] = program["u_hover"] = (0.0, 0.0, 0.0, 0.0)
        program["u_lattice"] = 0.22
        program["u_limit"] = limit

    def set_state(self, state: npt.NDArray[np.uint8]) -> None:
        """Show other states for the same cells."""
        self._texture.set_data(state)
        self.update()


class OutlineVisual(RectVisual):
    """The edge of a mask as a line with a white halo."""

    def __init__(
        self, distance: npt.NDArray[np.float32], line: Color, inside: Color
    ) -> None:
        self._texture = Texture2D(
            distance, interpolation="linear", internalformat="r32f"
        )
        super().__init__(_OUTLINE, distance.shape, rim=0.0)
        self.shared_program["u_distance"] = self._texture
        self.shared_program["u_line"] = line
        self.shared_program["u_inside"] = inside


class PictureVisual(RectVisual):
    """Pixels laid over the slide; put there at once, without napari's slicing."""

    def __init__(self, picture: npt.NDArray[np.uint8]) -> None:
        self._texture = Texture2D(np.ascontiguousarray(picture), interpolation="linear")
        rows, columns = picture.shape[:2]
        super().__init__(_PICTURE, (rows, columns), rim=0.0)
        self.shared_program["u_picture"] = self._texture


TilesNode: Any = create_visual_node(TilesVisual)
OutlineNode: Any = create_visual_node(OutlineVisual)
PictureNode: Any = create_visual_node(PictureVisual)
