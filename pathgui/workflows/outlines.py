"""Outlines of tissue for small pictures, made once and kept in the cache."""

import hashlib
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from pathgui.project import Project
from pathgui.replacing import replacing
from pathgui.workflows import reviewed_masks
from pathgui.workflows.known import known_of

Mask = npt.NDArray[np.bool_]
Outline = npt.NDArray[np.float32]
# A card is a few hundred pixels wide: finer outlines cannot be seen.
_SIDE = 192
_LEAST = 8
_NAMES = ("tissue", "reviewed", "tissue_mask")


def result_of(project: Project, slide_id: str) -> Path | None:
    """The result whose mask is shown: the unnamed one, else the newest of the slide.

    Raises
    ------
    ProjectError
        The slide can have no result file.
    """
    plain = project.result_path(slide_id)
    if plain.exists():
        return plain
    try:
        named = [
            file
            for file in plain.parent.iterdir()
            if file.name.startswith(f"{slide_id}.") and file.suffix == ".h5"
        ]
        named.sort(key=lambda file: -file.stat().st_mtime_ns)
    except OSError:
        return None
    return next(iter(named), None)


def outline(project: Project, slide_id: str) -> tuple[Outline, ...]:
    """Closed lines round the tissue of a slide; none where there is no mask.

    A mask that a person has reviewed comes before what was found automatically.

    Returns
    -------
    tuple of ndarray of float32, shape (n, 2)
        Points ``(x, y)`` as shares of the slide's width and height.

    Raises
    ------
    StorageError, ProjectError, ReviewedMaskError
        The result or the reviewed mask cannot be read.
    """
    reviewed = reviewed_masks.path_of(project, slide_id)
    file = reviewed if reviewed.exists() else result_of(project, slide_id)
    if file is None:
        return ()
    try:
        stat = file.stat()
    except OSError:
        return ()
    key = f"{slide_id}\0{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}"
    name = hashlib.sha256(key.encode()).hexdigest()[:24]
    kept = project.folder("cache") / "outlines" / f"{name}.npz"
    lines = _read(kept)
    if lines is None:
        made = _drawn if file == reviewed else _found
        lines = made(project, file, slide_id)
        _keep(kept, lines)
    return lines


def trace(mask: Mask) -> tuple[Outline, ...]:
    """Outlines of a mask, as shares of its sides."""
    from skimage.measure import find_contours

    height, width = mask.shape
    step = max(1, -(-max(height, width) // _SIDE))
    small = np.pad(mask[::step, ::step], 1)
    size = np.array([small.shape[1] - 2, small.shape[0] - 2], np.float32)
    found: list[Outline] = find_contours(  # type: ignore[no-untyped-call]
        small.astype(np.float32), 0.5
    )
    lines = [
        ((line[:, ::-1] - 0.5) / size).astype(np.float32)
        for line in found
        if len(line) >= _LEAST
    ]
    return tuple(np.clip(line, 0, 1) for line in lines)


def _drawn(project: Project, _file: Path, slide_id: str) -> tuple[Outline, ...]:
    """Of the mask that a person has drawn."""
    found = reviewed_masks.load(project, slide_id)
    return () if found is None else trace(found.mask)


def _found(project: Project, file: Path, slide_id: str) -> tuple[Outline, ...]:
    """Of the mask in a result file."""
    from pathgui.storage import open_file

    known_of(project).look(file)
    with open_file(file) as opened:
        stored = opened.slide(0)
        if stored.meta.name != slide_id and file.stem != slide_id:
            return ()
        masks = stored.slide_masks
    name = next((n for n in _NAMES if n in masks), next(iter(masks), None))
    return () if name is None else trace(np.asarray(masks[name][0], bool))


def _read(file: Path) -> tuple[Outline, ...] | None:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return tuple(kept[f"arr_{k}"] for k in range(len(kept.files)))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        # Not there, or damaged: it is made again.
        return None


def _keep(file: Path, lines: tuple[Outline, ...]) -> None:
    # If the cache is full or read-only, it is made anew next time.
    with suppress(OSError), replacing(file) as part, part.open("wb") as out:
        np.savez(out, *lines)
