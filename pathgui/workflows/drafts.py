"""What a person was drawing and has not saved: kept aside, and offered again.

Drafts lie in ``.pathgui/drafts`` of the project: a mask in hand as the picture that a
reviewed mask is, a shape in hand as a JSON list of its corners. They are written
while a person draws, so that a crash loses a second of work, and go as soon as the
work is saved or discarded.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pathgui import log
from pathgui.errors import PathguiError, ProjectError
from pathgui.project import Project
from pathgui.project.files import write_atomic
from pathgui.project.layout import PRIVATE
from pathgui.project.names import check_name
from pathgui.workflows import reviewed_masks
from pathgui.workflows.review import reviewer
from pathgui.workflows.reviewed_masks import Reviewed, ReviewedMaskError

_log = log.get(__name__)
_MOST_BYTES = 1 << 24

Corner = tuple[float, float]


class DraftError(PathguiError):
    """A draft cannot be written."""


def mask_file(project: Project, slide_id: str) -> Path:
    """Where the mask in hand of a slide lies, or would lie; ProjectError."""
    return _place(project, slide_id, "mask.png")


def shape_file(project: Project, slide_id: str) -> Path:
    """Where the shape in hand of a slide lies, or would lie; ProjectError."""
    return _place(project, slide_id, "shape.json")


def keep_mask(file: Path, mask: npt.NDArray[np.bool_], downsample: float) -> None:
    """Write the mask in hand.

    Parameters
    ----------
    file : Path
        From `mask_file`.
    mask : ndarray of bool, shape (height, width)
        True inside.
    downsample : float
        Level-0 pixels per mask pixel.

    Raises
    ------
    DraftError
        If it cannot be written.
    """
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    reviewed = Reviewed("tissue", mask, downsample, reviewer(), now)
    _write(file, reviewed_masks.encoded(reviewed))


def keep_shape(file: Path, corners: Sequence[Corner]) -> None:
    """Write the corners of the shape in hand, in level-0 pixels; DraftError."""
    _write(file, json.dumps([list(corner) for corner in corners]).encode())


def drop(file: Path) -> None:
    """Take a draft away, if there is one; DraftError."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(file, error) from error


def read_mask(file: Path) -> Reviewed | None:
    """The mask in hand; None where there is none, or none that can be read."""
    try:
        return reviewed_masks.decoded(file.read_bytes(), file)
    except FileNotFoundError:
        return None
    except (OSError, ReviewedMaskError) as error:
        _log.warning("a draft is left out: %s", error)
        return None


def read_shape(file: Path) -> tuple[Corner, ...]:
    """Corners of the shape in hand; none where there is none that can be read."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is larger than any shape")
        corners = [(float(x), float(y)) for x, y in json.loads(file.read_bytes())]
        if not all(isfinite(side) for corner in corners for side in corner):
            raise ValueError("a corner lies nowhere")
        return tuple(corners)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, RecursionError) as error:
        _log.warning("a draft is left out: %s: %s", file, error)
        return ()


def _place(project: Project, slide_id: str, ending: str) -> Path:
    if reason := check_name(slide_id):
        raise ProjectError(f"{slide_id!r} cannot name a file: it {reason}.")
    return project.root / PRIVATE / "drafts" / f"{slide_id}.{ending}"


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(file, data)
    except (OSError, PathguiError) as error:
        raise _refused(file, error) from error


def _refused(file: Path, error: Exception) -> DraftError:
    reason = getattr(error, "strerror", None) or error
    return DraftError(
        f"What is being drawn cannot be kept in {file.parent}: {reason}.",
        "Save it before you close the window.",
    )
