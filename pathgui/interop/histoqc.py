"""HistoQC's ``results.tsv``: one row per slide, one column per measure.

Written by HistoQC's ``BatchedResultFile``: comment lines, then a header that begins
with ``#dataset:``, which comes again where a run was taken up; ``NA`` and ``-100``
stand for what could not be computed.
"""

from dataclasses import dataclass
from pathlib import Path

from pathgui.errors import InteropError

_HEADER = "#dataset:"
_MISSING = frozenset({"", "na", "nan", "none", "-100", "-100.0"})
_MOST_BYTES = 256 << 20
# What tells about the file, not about the quality of the slide.
_FACTS = frozenset({
    "filename", "comments", "image_bounding_box", "base_mag", "type", "levels",
    "height", "width", "mpp_x", "mpp_y", "comment", "warnings",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoqcSlide:
    """What HistoQC says about one slide.

    Attributes
    ----------
    filename : str
        Name of the slide file.
    numbers : dict of str to float
        Measures by HistoQC's own names.
    comment : str
        What a person wrote in HistoQC's user interface.
    warnings : tuple of str
        Of the pipeline.
    """

    filename: str
    numbers: dict[str, float]
    comment: str
    warnings: tuple[str, ...]


def is_histoqc(file: Path) -> bool:
    """Whether a file looks like HistoQC's results."""
    try:
        with file.open("rb") as opened:
            head = opened.read(1 << 16).decode("utf-8", "replace")
    except OSError:
        return False
    return any(line.startswith(_HEADER) for line in head.splitlines())


def read_histoqc(file: Path) -> list[HistoqcSlide]:
    """Read a ``results.tsv``; of two rows about a slide the later one counts.

    Raises
    ------
    InteropError
        Unreadable, or without a header.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InteropError(f"{file} is too large for a table of results.")
        text = file.read_text("utf-8-sig", "replace")
    except OSError as error:
        raise InteropError(f"{file} cannot be read: {error.strerror}.") from error
    header: list[str] = []
    found: dict[str, HistoqcSlide] = {}
    for line in text.split("\n"):
        line = line.rstrip("\r")  # noqa: PLW2901 - the same line without its end
        if line.startswith(_HEADER):
            header = [name.strip() for name in line[len(_HEADER) :].split("\t")]
        elif header and line.strip() and not line.startswith("#"):
            slide = _slide(header, line.split("\t"))
            found[slide.filename] = slide
    if not header:
        raise InteropError(
            f"{file} holds no results of HistoQC.",
            "Choose the results.tsv of its output folder.",
        )
    return list(found.values())


def _slide(header: list[str], cells: list[str]) -> HistoqcSlide:
    extra = len(cells) - len(header)
    if extra > 0 and "comment" in header:
        # Scanners put tabs into their comments, which shift what follows.
        at = header.index("comment")
        cells[at : at + extra + 1] = [" ".join(cells[at : at + extra + 1])]
    row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    numbers = {}
    for name, text in row.items():
        value = None if name in _FACTS else _number(text)
        if value is not None:
            numbers[name] = value
    parts = row.get("warnings", "").split("|")
    warnings = tuple(part.strip() for part in parts if part.strip())
    return HistoqcSlide(
        row.get("filename", ""), numbers, row.get("comments", ""), warnings
    )


def _number(text: str) -> float | None:
    if text.lower() in _MISSING:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
