"""What the inspector says about a slide, as plain pairs; no Qt here."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import PurePosixPath

import numpy as np

from pathgui.gui.session.decisions import Decided, spoken_time
from pathgui.gui.session.runstate import RunState
from pathgui.gui.style import state_of
from pathgui.project import Project
from pathgui.project.csvtext import TextArray

Facts = list[tuple[str, str]]
_COMMON = (
    ("Cohort", "cohort"),
    ("Status", "status"),
    ("Decision", "qc_status"),
    ("Scanner", "scanner"),
)


def slide_facts(row: dict[str, str]) -> Facts:
    """Size, resolution, scanner, levels, file and checksum of a manifest row."""
    return [
        ("Size", _size(row)),
        ("Resolution", _resolution(row)),
        ("Scanner", _scanner(row)),
        ("Levels", row.get("levels", "")),
        ("File", _file(row)),
        ("Staining", row.get("staining", "")),
        ("Checksum", _short(row.get("checksum", ""))),
    ]


def decision_facts(row: dict[str, str], last: Decided | None) -> Facts:
    """The decision in the manifest, and who made it."""
    state = state_of("qc_status", row.get("qc_status", ""))
    word = state.word if state is not None else row.get("qc_status", "")
    known = last if last is not None and last.status == row.get("qc_status") else None
    by = f" · by {known.reviewer}" if known is not None and known.reviewer else ""
    return [
        ("Decision", word + by),
        ("When", spoken_time(known.when) if known is not None else ""),
        ("Reason", row.get("qc_reason", "")),
        ("Note", known.note if known is not None else ""),
    ]


def result_facts(row: dict[str, str], runs: Sequence[RunState]) -> Facts:
    """Tiles and tissue of the last result, and the recipe that made it."""
    tiles, tissue = row.get("n_tiles", ""), row.get("tissue_fraction", "")
    slide_id = row.get("slide_id", "")
    done = [
        run
        for run in runs
        if slide_id in run.slides and run.slides[slide_id].state == "done"
    ]
    # The manifest tells of the main result; one with a name stands in for it.
    main = [run for run in done if _is_main(run.slides[slide_id].output, slide_id)]
    made = next(iter(main or done), None)
    return [
        ("Recipe", made.recipe if made is not None else ""),
        ("Tiles", f"{int(tiles):,}" if tiles.isdecimal() else tiles),
        ("Tissue", _percent(tissue)),
        ("Made", spoken_time(made.when) if made is not None else ""),
    ]


def _is_main(output: str, slide_id: str) -> bool:
    return output.replace("\\", "/").rpartition("/")[2] == f"{slide_id}.h5"


def several(project: Project, slides: Sequence[str]) -> Callable[[], Facts]:
    """What tells, in any thread, what many selected slides have in common now."""
    manifest = project.manifest
    manifest.find("")  # works out the first row of each id
    # Rows that come or go later make arrays and a mapping of their own.
    first, store = manifest.known_keys or {}, copy(manifest.store)

    def tell() -> Facts:
        rows = np.array([first.get(slide, -1) for slide in slides], dtype=np.int64)
        places = store.positions(rows[rows >= 0])
        return [(name, _counts(c, store.texts(c)[places])) for name, c in _COMMON]

    return tell


def _counts(column: str, texts: TextArray) -> str:
    words = []
    for text, count in Counter(texts.tolist()).most_common(4):
        state = state_of(column, text)
        words.append(f"{count:,} {(state.word if state else text or 'none').lower()}")
    return ", ".join(words)


def _size(row: dict[str, str]) -> str:
    width, height = row.get("width", ""), row.get("height", "")
    if not (width.isdecimal() and height.isdecimal()):
        return ""
    return f"{int(width):,} × {int(height):,} px"


def _resolution(row: dict[str, str]) -> str:
    mpp, power = row.get("mpp", ""), row.get("magnification", "")
    parts = [f"{_rounded(mpp)} µm/px" if mpp else "µm per pixel unknown"]
    if power:
        parts.append(f"{power}×")
    return " · ".join(parts)


def _scanner(row: dict[str, str]) -> str:
    vendor, scanner = row.get("vendor", ""), row.get("scanner", "")
    if vendor and scanner and vendor.lower() not in scanner.lower():
        return f"{vendor.capitalize()}, {scanner}"
    return scanner or {"generic-tiff": "generic TIFF"}.get(vendor, vendor.capitalize())


def _file(row: dict[str, str]) -> str:
    suffix = PurePosixPath(row.get("path", "")).suffix.lstrip(".").upper()
    size = row.get("size_mb", "")
    parts = []
    if size:
        value = float(size)
        parts.append(f"{value / 1000:.1f} GB" if value >= 1000 else f"{value:.1f} MB")
    return " · ".join([*parts, suffix] if suffix else parts)


def _rounded(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text


def _percent(text: str) -> str:
    try:
        return f"{float(text) * 100:.0f} %"
    except ValueError:
        return text


def _short(text: str) -> str:
    return f"{text[:16]}…" if len(text) > 16 else text
