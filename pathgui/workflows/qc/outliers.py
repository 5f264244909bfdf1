"""Slides whose metrics lie far from those of their cohort, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pathgui.workflows.qc.metric import METRICS, Metric

# Iglewicz and Hoaglin, "How to detect and handle outliers", 1993.
LIMIT = 3.5
# Fewer slides tell nothing of what is usual.
LEAST = 8
_MAD, _MEAN_AD = 1.4826, 1.2533
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outlier:
    """One metric of one slide that is far out.

    Attributes
    ----------
    z : float
        Robust z-score: deviation from the median in units of 1.4826 MAD.
    group : str
        What it was compared with: a cohort, or empty for all slides.
    """

    slide_id: str
    metric: str
    value: float
    median: float
    z: float
    group: str
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return asdict(self)


def robust_z(values: Values) -> Values:
    """Deviations from the median in units of a robust spread; NaN stays NaN.

    The spread is 1.4826 times the median absolute deviation; where more than half
    of the values are alike it is 1.2533 times the mean absolute deviation.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.full(len(values), np.nan)
    median = float(np.median(known))
    off = np.abs(known - median)
    spread = _MAD * float(np.median(off)) or _MEAN_AD * float(off.mean())
    away = values - median
    return away / spread if spread else np.where(np.isfinite(values), 0.0, np.nan)


def find_outliers(
    slides: Sequence[str],
    cohorts: Sequence[str],
    columns: Mapping[str, Values],
    metrics: Sequence[Metric] = METRICS,
) -> list[Outlier]:
    """Suggest slides to look at, the farthest out first.

    Parameters
    ----------
    slides, cohorts : sequences of str
        Ids, and the cohort of each.
    columns : mapping of str to ndarray of float64, shape (n,)
        Metrics by name; NaN where a slide was not measured.

    Notes
    -----
    A slide is compared with its cohort, or with all slides if the cohort has fewer
    than eight that were measured.
    """
    found: list[Outlier] = []
    for metric in metrics:
        if metric.bad and metric.name in columns:
            for group, members in _groups(cohorts, columns[metric.name]).items():
                found += _of_metric(metric, group, members, slides, columns)
    return sorted(found, key=lambda item: -abs(item.z))


def by_slide(outliers: Sequence[Outlier]) -> dict[str, list[Outlier]]:
    """Outliers of each slide."""
    found: dict[str, list[Outlier]] = {}
    for item in outliers:
        found.setdefault(item.slide_id, []).append(item)
    return found


def _groups(
    cohorts: Sequence[str], values: Values
) -> dict[str, tuple[list[int], list[int]]]:
    """By cohort: who is compared, and with whom; small cohorts with everybody."""
    known = np.flatnonzero(np.isfinite(values)).tolist()
    of: dict[str, list[int]] = {}
    for at in known:
        of.setdefault(cohorts[at], []).append(at)
    groups = {c: (rows, rows) for c, rows in of.items() if len(rows) >= LEAST}
    rest = [at for c, rows in of.items() if c not in groups for at in rows]
    if rest and len(known) >= LEAST:
        groups[""] = (rest, known)
    return groups


def _of_metric(
    metric: Metric,
    group: str,
    members: tuple[list[int], list[int]],
    slides: Sequence[str],
    columns: Mapping[str, Values],
) -> list[Outlier]:
    values = columns[metric.name]
    who, among = members
    scale = np.log(np.maximum(values, 1e-9)) if metric.log else values
    z = dict(zip(among, robust_z(scale[among]).tolist(), strict=True))
    median = float(np.median(values[among]))
    found = []
    for at in who:
        near = abs(values[at] - median) < metric.least
        if not near and _far(z[at], metric):
            value = float(values[at])
            words = _why(metric, value, median, z[at], group)
            found.append(
                Outlier(slides[at], metric.name, value, median, z[at], group, words)
            )
    return found


def _far(z: float, metric: Metric) -> bool:
    if metric.bad == "both":
        return abs(z) > LIMIT
    return z < -LIMIT if metric.bad == "low" else z > LIMIT


def _why(metric: Metric, value: float, median: float, z: float, group: str) -> str:
    side = "below" if z < 0 else "above"
    where = f"the median of {group}" if group else "the median of all slides"
    return (
        f"{metric.title} {metric.text(value)} is {abs(z):.1f} MAD {side} {where}, "
        f"{metric.text(median)}"
    )
