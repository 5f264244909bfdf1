"""What each quality metric means, and when its value is far out."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["low", "high", "both", ""]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number per slide.

    Attributes
    ----------
    name : str
        Its column in ``results/metrics.csv``.
    title : str
        For people.
    unit : str
        ``%`` means a share from 0 to 1 that is shown as per cent.
    bad : {"low", "high", "both", ""}
        On which side a value may be an outlier.
    log : bool
        Compared by its logarithm: twice as much counts like half as much.
    least : float
        A value nearer than this to the median is never an outlier.
    description : str
        One line for people.
    """

    name: str
    title: str
    unit: str = ""
    bad: Side = ""
    log: bool = False
    least: float = 0.0
    description: str = ""

    def text(self, value: float) -> str:
        """A value as people read it: ``4.8 %``, ``291 mm²``, ``0.71``."""
        if self.unit == "%":
            return f"{100 * value:.1f} %"
        words = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return f"{words} {self.unit}".strip()


METRICS = (
    Metric("focus", "Focus", "", "low", True, 0.0,
           "Sharpness of the tissue: median variance of the Laplacian at 1 µm"),
    Metric("tissue_mm2", "Tissue area", "mm²", "both", True, 0.0, "Area of tissue"),
    Metric("folds", "Fold share", "%", "high", False, 0.02,
           "Share of tissue that is folded or a dark spot"),
    Metric("pen_share", "Pen share", "%", "high", False, 0.002,
           "Share of the slide under pen marks"),
    Metric("blank", "Blank tiles", "%", "high", False, 0.10,
           "Share of tissue tiles that are mostly empty"),
    Metric("brightness", "Brightness", "", "both", False, 0.05,
           "Mean grey of the tissue, 0 to 1, after white balance"),
    Metric("saturation", "Saturation", "", "both", False, 0.05,
           "Mean saturation of the tissue, 0 to 1"),
    Metric("stain_shift", "Stain shift", "°", "high", False, 5.0,
           "Angle between the stains of the slide and those usual in the project"),
    Metric("stain_angle", "Stain angle", "°", "low", False, 5.0,
           "Angle between haematoxylin and eosin"),
    Metric("h_strength", "Haematoxylin", "OD", "both", True, 0.0,
           "99th percentile of haematoxylin"),
    Metric("e_strength", "Eosin", "OD", "both", True, 0.0, "99th percentile of eosin"),
    Metric("glass", "Glass", "", "low", False, 10.0, "Grey level of empty glass"),
    Metric("tissue_share", "Tissue share", "%", "", description="Tissue on the slide"),
    Metric("pieces", "Pieces", "", "", description="Pieces of tissue"),
    Metric("qc_tiles", "Measured tiles", "", "", description="Tiles looked at"),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
STAINS = tuple(f"{s}_{c}" for s in "he" for c in ("red", "green", "blue"))


def metric_named(name: str) -> Metric:
    """What is known of a column; an imported one has its name for a title."""
    found = BY_NAME.get(name)
    return found or Metric(name, name.removeprefix("histoqc_").replace("_", " "))
