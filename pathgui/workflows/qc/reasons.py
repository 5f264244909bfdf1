"""Why slides are flagged or excluded: the project's own list, in pathgui.toml."""

from collections.abc import Iterable

from pathgui.errors import ProjectError
from pathgui.project import Edit, Project
from pathgui.project.settingitems import set_default

KEY = "qc_reasons"
KEYS = "QWERTASDFG"
DEFAULT = (
    "pen mark",
    "fold",
    "out of focus",
    "air bubble",
    "wrong stain",
    "no tissue",
    "mask too large",
    "mask too small",
)
SEPARATOR = "; "


def reasons(project: Project | None) -> tuple[str, ...]:
    """The list of a project: ``[defaults] qc_reasons``, else the usual one."""
    told = project.config.defaults.get(KEY) if project is not None else None
    if not isinstance(told, list):
        return DEFAULT
    words = [str(word).strip() for word in told if str(word).strip()]
    return tuple(dict.fromkeys(words)) or DEFAULT


def choosing_reasons(project: Project, words: Iterable[str]) -> Edit:
    """The edit that makes these the list; order is the order of the keys.

    Raises
    ------
    ProjectError
        No reason is left, or one holds a semicolon or comes twice.
    """
    chosen = [word.strip() for word in words if word.strip()]
    if not chosen:
        raise ProjectError("The list of reasons is empty.", "Keep at least one.")
    for word in chosen:
        if ";" in word or "\n" in word:
            raise ProjectError(
                f"The reason {word!r} holds a semicolon or a line break.",
                "Semicolons stand between reasons.",
            )
    folded = [word.casefold() for word in chosen]
    if len(set(folded)) < len(folded):
        twice = next(
            w for w, f in zip(chosen, folded, strict=True) if folded.count(f) > 1
        )
        raise ProjectError(f"The reason {twice!r} is in the list twice.")
    if project.config.defaults.get(KEY) == chosen:
        return Edit("")
    change = set_default(project.config, KEY, chosen)
    return Edit("Edit the reasons of reviews", settings=(change,))


def split(text: str) -> tuple[str, ...]:
    """Reasons of a decision; commas stand between them in older decisions."""
    sign = ";" if ";" in text else ","
    return tuple(part.strip() for part in text.split(sign) if part.strip())


def join(words: Iterable[str]) -> str:
    """Reasons as the manifest and the log hold them."""
    return SEPARATOR.join(words)
