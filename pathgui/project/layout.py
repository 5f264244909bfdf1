"""Where things lie in a project folder."""

import os
import re
from pathlib import Path, PurePosixPath

from pathgui.errors import ProjectError

FOLDERS = {
    "raw_slides": "raw_slides",
    "processed": "processed",
    "features": "features",
    "models": "models",
    "predictions": "results/predictions",
    "visualizations": "results/visualizations",
    "runs": "results/runs",
    "metadata": "metadata",
    "reviewed_masks": "metadata/reviewed_masks",
    "annotations": "metadata/annotations",
    "pipelines": "pipelines",
    "logs": "logs",
    "cache": ".pathgui/cache",
}
TABLE_FILES = {
    "manifest": "metadata/slide_manifest.csv",
    "clinical": "metadata/clinical_data.csv",
}
HISTORY = "metadata/history.jsonl"
JOURNAL = "metadata/.history/journal.jsonl"
PRIVATE = ".pathgui"
_HARMLESS = re.compile(r"[A-Za-z0-9_./ -]{1,200}")
_ELSEWHERE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def make_folders(root: Path) -> None:
    """Make the folders of a project; OSError."""
    for folder in FOLDERS.values():
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / JOURNAL).parent.mkdir(parents=True, exist_ok=True)


def sweep_parts(root: Path) -> None:
    """Remove what a killed writer left half-written; OSError."""
    history = (root / JOURNAL).parent
    for folder in (root, root / "metadata", history, root / PRIVATE):
        for part in folder.glob(".*.*.*.part"):
            part.unlink(missing_ok=True)


def check_path(text: str) -> str:
    """Why a manifest path must not be followed, or ``""``.

    Relative paths stay inside the project; absolute ones may name any slide, as
    people may keep slides anywhere.
    """
    harmless = _HARMLESS.fullmatch(text) and ".." not in text
    return "" if harmless else _why_not(text)


def _why_not(text: str) -> str:
    if not text:
        return "the path is empty"
    if any(ord(letter) < 32 for letter in text):
        return "the path holds a control character"
    if ".." in PurePosixPath(text.replace("\\", "/")).parts:
        return "the path climbs out of its folder with '..'"
    if os.name != "nt" and _ELSEWHERE.match(text):
        return "the path is of a Windows computer"
    if len(text.encode(errors="replace")) > 4096:
        return "the path is too long"
    return ""


def to_manifest(root: Path, path: Path) -> str:
    """How a path stands in the manifest: relative where it lies in the project."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are
    for base in (Path(os.path.abspath(root)), root.resolve()):  # noqa: PTH100
        if absolute.is_relative_to(base):
            return absolute.relative_to(base).as_posix()
    return absolute.as_posix()


def from_manifest(root: Path, text: str) -> Path:
    """Absolute path of what the manifest names; ProjectError if it is hostile."""
    if not text:
        raise ProjectError("No file is named.", "Relink the slide, or enter its path.")
    if reason := check_path(text):
        raise ProjectError(f"{text!r} is not used: {reason}.", "Correct it by hand.")
    return root / text  # an absolute text wins over the root
