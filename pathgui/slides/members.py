"""Which files are slides, and which files make up one slide."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pathgui.slides import dicom

_TIFF = (".tif", ".tiff", ".btf", ".svs", ".scn", ".svslide", ".bif", ".ndpi")
SUFFIXES = frozenset((*_TIFF, ".vms", ".vmu", ".mrxs", ".dcm"))
_INDEX = (".vms", ".vmu")


def find_slides(paths: Iterable[Path | str]) -> list[Path]:
    """The slides among files and folders, one path per slide.

    Folders are walked, hidden files and folders left out. A DICOM series is one
    slide, named by its first file; the data folder of an MRXS slide and the pictures
    of a VMS slide belong to it. A file that is named itself is returned whatever its
    suffix, so that opening it can say what is wrong.

    Parameters
    ----------
    paths : iterable of Path
        Files and folders; a path that does not exist is returned as it is.

    Returns
    -------
    list of Path
        In natural order (``s2`` before ``s10``), without repetition.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        found.extend(_walk(path) if path.is_dir() else [path])
    found = sorted(dict.fromkeys(found), key=natural)
    return list(_one_per_series(found))


def member_files(path: Path | str) -> list[Path]:
    """All files that make up a slide, the named one first.

    Raises
    ------
    OSError
        If its folder cannot be read.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    others: Iterable[Path] = ()
    if suffix == ".mrxs":
        folder = path.with_suffix("")
        others = (p for p in sorted(folder.rglob("*")) if p.is_file())
    elif suffix in _INDEX:
        others = _named_in_index(path)
    elif suffix in (".tif", ".tiff"):  # Trestle keeps its overview beside the slide
        others = [p for p in [path.with_suffix(".Full")] if p.is_file()]
    elif found := _slide_part(path):
        others = dicom.series_files(path.parent, found.series)
    return list(dict.fromkeys([path, *others]))


def natural(path: Path) -> list[tuple[int, int, str]]:
    """Sort key that orders numbers inside names by value."""
    parts = re.split(r"(\d+)", str(path).casefold())
    return [(0, int(p), p) if p.isdecimal() else (1, 0, p) for p in parts]


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        root = Path(here)
        data = {Path(name).stem for name in files if name.lower().endswith(".mrxs")}
        folders[:] = [n for n in folders if n not in data and not n.startswith(".")]
        for name in files:
            if not name.startswith(".") and _looks_like_slide(root / name):
                yield root / name


def _looks_like_slide(path: Path) -> bool:
    suffix = path.suffix.lower()
    # DICOM files often have no suffix, or a name that ends in numbers
    if suffix == ".dcm" or suffix in ("", ".") or suffix[1:].isdecimal():
        found = dicom.identify(path)
        if found is not None:
            return found.sop_class == dicom.WHOLE_SLIDE
        return suffix == ".dcm"
    return suffix in SUFFIXES


def _slide_part(path: Path) -> dicom.DicomId | None:
    suffix = path.suffix.lower()
    if suffix in SUFFIXES and suffix != ".dcm":
        return None
    found = dicom.identify(path)
    return found if found and found.sop_class == dicom.WHOLE_SLIDE else None


def _one_per_series(paths: list[Path]) -> Iterator[Path]:
    seen: set[tuple[Path, str]] = set()
    for path in paths:
        if part := _slide_part(path):
            key = path.parent.absolute(), part.series
            if key in seen:
                continue
            seen.add(key)
        yield path


def _named_in_index(path: Path) -> list[Path]:
    """Files beside a VMS or VMU index that one of its lines names."""
    try:
        text = path.read_bytes()[: 1 << 20].decode("utf-8", "replace")
    except OSError:
        return []
    names = [line.partition("=")[2].strip() for line in text.splitlines()]
    files = [path.parent / n for n in names if n and Path(n).name == n]
    return [file for file in files if file.is_file()]
