"""Plots of metrics as SVG: they need no program and no network to be seen."""

from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

from pathgui.workflows.qc.metric import Metric

COLOURS = {"pass": "#005C41", "flag": "#B58A00", "exclude": "#8C1720", "": "#9AA5B3"}
_STACK = ("pass", "", "flag", "exclude")
_WIDE, _HIGH, _LEFT, _LOW = 320, 150, 34, 30
_BINS = 24
Values = npt.NDArray[np.float64]


def histogram_svg(metric: Metric, values: Values, statuses: Sequence[str]) -> str:
    """How a metric is spread over slides, each bar parted by decision.

    Parameters
    ----------
    metric : Metric
        What it is.
    values : ndarray of float64, shape (n,)
        NaN where a slide was not measured.
    statuses : sequence of str
        Decision of each slide.
    """
    known = np.isfinite(values)
    shown = values[known]
    if not len(shown):
        return ""
    edges = _edges(shown)
    marks = np.asarray(statuses, dtype=object)[known]
    stacks = [np.histogram(shown[marks == s], edges)[0] for s in _STACK]
    top = max(int(sum(stacks).max()), 1)  # type: ignore[union-attr]
    width = (_WIDE - _LEFT - 8) / (len(edges) - 1)
    parts = [_frame(metric, float(edges[0]), float(edges[-1]), top)]
    base = np.zeros(len(edges) - 1)
    for status, counts in zip(_STACK, stacks, strict=True):
        for at, count in enumerate(counts.tolist()):
            if count:
                low, high = base[at], base[at] + count
                x, y = _LEFT + at * width, _y(high / top)
                tall = _y(low / top) - y
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{width - 1:.1f}" '
                    f'height="{tall:.1f}" fill="{COLOURS[status]}"/>'
                )
        base += counts
    parts.append(_median(float(np.median(shown)), edges))
    return _svg(f"{metric.title} of {len(shown):,} slides", parts)


def scatter_svg(
    across: tuple[Metric, Values], up: tuple[Metric, Values], statuses: Sequence[str]
) -> str:
    """Two metrics against each other, a mark per slide: shape and colour tell."""
    (one, x), (two, y) = across, up
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return ""
    left, right = _range(x[known])
    low, high = _range(y[known])
    parts = [_frame(one, left, right, 0)]
    parts += [
        _text(_LEFT - 4, _y(0), two.text(low), end=True),
        _text(_LEFT - 4, _y(1) + 8, two.text(high), end=True),
    ]
    for at in np.flatnonzero(known).tolist():
        px = _LEFT + (x[at] - left) / (right - left) * (_WIDE - _LEFT - 8)
        py = _y((y[at] - low) / (high - low))
        parts.append(_mark(statuses[at], float(px), float(py)))
    return _svg(f"{two.title} against {one.title}", parts)


def _mark(status: str, x: float, y: float) -> str:
    colour = COLOURS.get(status, COLOURS[""])
    if status == "flag":
        path = f"M{x:.1f} {y - 4:.1f}l4 7h-8z"
        return f'<path d="{path}" fill="{colour}"/>'
    if status == "exclude":
        path = f"M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6"
        return f'<path d="{path}" stroke="{colour}" stroke-width="2"/>'
    if status == "pass":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>'
    place = f'x="{x - 2.5:.1f}" y="{y - 2.5:.1f}"'
    return f'<rect {place} width="5" height="5" fill="{colour}"/>'


def _edges(values: Values) -> Values:
    low, high = _range(values)
    return np.linspace(low, high, _BINS + 1)


def _range(values: Values) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _y(share: float) -> float:
    return 8 + (1 - share) * (_HIGH - _LOW - 8)


def _frame(metric: Metric, low: float, high: float, top: int) -> str:
    base, right = _y(0), _WIDE - 8
    line = f'<line x1="{_LEFT}" y1="{base}" x2="{right}" y2="{base}" stroke="#838D9C"/>'
    texts = [
        _text(_LEFT, base + 14, metric.text(low)),
        _text(right, base + 14, metric.text(high), end=True),
    ]
    if top:
        texts.append(_text(_LEFT - 4, 16, f"{top:,}", end=True))
    return line + "".join(texts)


def _text(x: float, y: float, words: str, *, end: bool = False) -> str:
    kind = ' class="n"' if end else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{kind}>{escape(words)}</text>'


def _median(value: float, edges: Values) -> str:
    share = (value - edges[0]) / (edges[-1] - edges[0])
    x = _LEFT + share * (_WIDE - _LEFT - 8)
    return (
        f'<line x1="{x:.1f}" y1="4" x2="{x:.1f}" y2="{_y(0)}" stroke="#0A67A6" '
        'stroke-dasharray="3 2"/>'
    )


def _svg(words: str, parts: Sequence[str]) -> str:
    style = "<style>text{font:11px sans-serif;fill:#5F6A79}.n{text-anchor:end}</style>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'width="{_WIDE}" height="{_HIGH}" role="img" aria-label="{escape(words)}">'
        f"{style}{''.join(parts)}</svg>"
    )
