"""Masks that a person has corrected: one small picture per slide and mask.

``metadata/reviewed_masks/<slide_id>.<mask>.png`` is a one-bit PNG that any program
shows; who drew it, when, and its scale stand in its text fields. The mask that was
found automatically stays in the result file.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pathgui.errors import PathguiError, ProjectError
from pathgui.project import Project
from pathgui.project.files import write_atomic
from pathgui.project.names import check_name
from pathgui.workflows.review import reviewer

_MOST_PIXELS = 1 << 26
_FORMAT = "pathgui reviewed mask"


class ReviewedMaskError(PathguiError):
    """A reviewed mask cannot be read or written."""


@dataclass(frozen=True, eq=False, slots=True)
class Reviewed:
    """A mask as a person left it.

    Attributes
    ----------
    name : str
        Name of the mask, for example ``tissue``.
    mask : ndarray of bool, shape (height, width)
        True inside.
    downsample : float
        Level-0 pixels per mask pixel.
    reviewer, time : str
        Who, and when (ISO 8601 with its offset).
    """

    name: str
    mask: npt.NDArray[np.bool_]
    downsample: float
    reviewer: str
    time: str


def path_of(project: Project, slide_id: str, name: str = "tissue") -> Path:
    """Where the reviewed mask of a slide lies, or would lie.

    Raises
    ------
    ProjectError
        If slide or mask have a name that cannot be part of a file's.
    """
    for word in (slide_id, name):
        if reason := check_name(word):
            raise ProjectError(f"{word!r} cannot name a mask's file: it {reason}.")
    return project.folder("reviewed_masks") / f"{slide_id}.{name}.png"


def save(
    project: Project,
    slide_id: str,
    name: str,
    mask: npt.NDArray[np.bool_],
    downsample: float,
) -> Reviewed:
    """Keep a reviewed mask, with the person's name and the time.

    Raises
    ------
    ReviewedMaskError
        If it cannot be written; an earlier one is untouched.
    """
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    reviewed = Reviewed(name, mask, downsample, reviewer(), now)
    restore(project, slide_id, name, encoded(reviewed))
    return reviewed


def restore(project: Project, slide_id: str, name: str, data: bytes | None) -> None:
    """Put the bytes of a reviewed mask back; None takes it away."""
    file = path_of(project, slide_id, name)
    try:
        if data is None:
            file.unlink(missing_ok=True)
        else:
            write_atomic(file, data)
    except OSError as error:
        raise ReviewedMaskError(
            f"{file} cannot be written: {error.strerror or error}.",
            "The mask that was there before is untouched.",
        ) from error


def stored(project: Project, slide_id: str, name: str = "tissue") -> bytes | None:
    """The bytes of a reviewed mask, for undo; None where there is none."""
    file = path_of(project, slide_id, name)
    try:
        return file.read_bytes() if file.exists() else None
    except OSError as error:
        raise ReviewedMaskError(f"{file} cannot be read: {error.strerror}.") from error


def load(project: Project, slide_id: str, name: str = "tissue") -> Reviewed | None:
    """The reviewed mask of a slide, or None.

    Raises
    ------
    ReviewedMaskError
        If there is one and it cannot be read.
    """
    data = stored(project, slide_id, name)
    return None if data is None else decoded(data, path_of(project, slide_id, name))


def encoded(reviewed: Reviewed) -> bytes:
    """The file's bytes."""
    from PIL import Image as Pillow
    from PIL.PngImagePlugin import PngInfo

    facts = PngInfo()
    facts.add_text("Software", _FORMAT)
    facts.add_text("mask", reviewed.name)
    facts.add_text("downsample", repr(float(reviewed.downsample)))
    facts.add_itxt("reviewer", reviewed.reviewer)
    facts.add_text("time", reviewed.time)
    buffer = io.BytesIO()
    picture = Pillow.fromarray(np.asarray(reviewed.mask, bool))
    picture.save(buffer, "PNG", optimize=True, pnginfo=facts)
    return buffer.getvalue()


def decoded(data: bytes, file: Path) -> Reviewed:
    """What `encoded` wrote; ReviewedMaskError."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("it has more pixels than a mask has")
            mask = np.asarray(picture.convert("1"), bool)
            facts = {str(key): str(text) for key, text in picture.info.items()}
        downsample = float(facts["downsample"])
        if not downsample > 0:
            raise ValueError("its downsample is not positive")
        return Reviewed(
            facts["mask"], mask, downsample, facts["reviewer"], facts["time"]
        )
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        raise ReviewedMaskError(
            f"{file} is not a reviewed mask: {error}.",
            "Remove the file, or review the mask again.",
        ) from error
