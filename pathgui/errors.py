"""Errors that people read: one sentence of what happened, one hint of what to do."""

from collections.abc import Sequence
from difflib import get_close_matches

from typing_extensions import override


class PathguiError(Exception):
    """Base of every error the product raises on purpose.

    Parameters
    ----------
    message : str
        One sentence: what happened, naming the file or value.
    hint : str
        What the reader can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    @override
    def __str__(self) -> str:
        return self.message


class SlideError(PathguiError):
    """A slide cannot be opened or read."""


class ResolutionError(PathguiError, ValueError):
    """A tiling asks for a level, mpp or magnification the slide does not offer."""


class TilingError(PathguiError, ValueError):
    """Tile size, stride, coordinates or predictions do not make sense."""


class TransformError(PathguiError, ValueError):
    """A transform has a parameter out of range or input it cannot use."""


class RecipeError(PathguiError, ValueError):
    """A recipe is missing, unreadable or inconsistent."""


class StorageError(PathguiError):
    """A result file is missing, damaged, foreign, hostile or cannot be written."""


class FormatVersionError(StorageError):
    """A result file is of a newer version than this one reads, or of an older one."""


class ProjectError(PathguiError):
    """A project folder is missing, damaged, locked or of a newer version."""


class ProjectLockedError(ProjectError):
    """The project cannot be changed here and now; reading it is possible."""


class SettingsChangedError(ProjectError):
    """A setting of a project changed on disk since it was read."""


class TableError(PathguiError):
    """A table cannot be read, written or merged."""


class ExpressionError(PathguiError, ValueError):
    """A condition on rows cannot be understood; `position` is the character."""

    def __init__(self, message: str, hint: str = "", position: int = 0) -> None:
        super().__init__(message, hint)
        self.position = position


class TableChangedError(TableError):
    """A table changed on disk since it was read; nothing was written."""


class IntegrityError(PathguiError):
    """A file does not match its recorded checksum, or cannot be checked."""


class RunError(PathguiError):
    """A run cannot be started or continued."""


class InteropError(PathguiError):
    """A neighbour's file cannot be read or written."""


class ModelError(PathguiError):
    """A model cannot be read, or does not fit what it is given."""


class MissingExtraError(PathguiError, ImportError):
    """An optional package is needed that is not installed."""


class Cancelled(PathguiError):  # noqa: N818 - the word people use
    """The user asked to stop; nothing is wrong."""


def some_of(names: Sequence[str], wanted: str = "", most: int = 40) -> str:
    """Names for people to read; of very many the first, or those close to another.

    Parameters
    ----------
    names : sequence of str
        All of them.
    wanted : str
        A name that was looked for.
    most : int
        Up to so many are all told.
    """
    if len(names) <= most:
        return ", ".join(names)
    shown = get_close_matches(wanted, names, 8) if wanted else list(names[:most])
    rest = f"{len(names) - len(shown):,} others"
    return f"{', '.join(shown)} and {rest}" if shown else rest
