"""A first look at unknown files in a killable child, many of them in one."""

from collections.abc import Iterable
from pathlib import Path

from pathgui.errors import PathguiError, StorageError
from pathgui.storage.guard import PATIENCE, Report, call_in_child, error_of

_LOOK = "pathgui.storage.probe:look_over"
_LOOK_OLDER = "pathgui.storage.probe:look_over_older"


def look_at(
    paths: Iterable[Path], *, older: bool = False, progress: Report | None = None
) -> dict[Path, PathguiError | None]:
    """What is wrong with each file; None where nothing is. Raises nothing.

    One child looks at all of them. If it dies or stands still, that is the fault of
    the file in hand, and another child looks at the rest.

    Parameters
    ----------
    paths : iterable of Path
        Result files and files of features.
    older : bool
        Let files of older versions pass, which are brought up to date next.
    progress : callable, optional
        ``progress("Looking at files", done, total)``.
    """
    found: dict[Path, PathguiError | None] = dict.fromkeys(paths)
    waiting = list(found)
    while waiting:
        watch = _Watch([str(path) for path in waiting], progress)
        try:
            answers = watch.run(_LOOK_OLDER if older else _LOOK)
        except PathguiError as error:
            found[waiting.pop(watch.at)] = error
            continue
        for path, answer in zip(waiting, answers, strict=True):
            found[path] = None if answer is None else error_of(*answer)
        break
    return found


class _Watch:
    """One child that looks at files, and the number of the one it has in hand."""

    def __init__(self, paths: list[str], progress: Report | None) -> None:
        self._paths, self._progress, self.at = paths, progress, 0

    def run(self, function: str) -> list[list[str] | None]:
        try:
            answers: list[list[str] | None] = call_in_child(
                function,
                *self._paths,
                timeout=PATIENCE,
                progress=self._hear,
                subject=self._subject,
            )
        except OSError as error:  # no process can be had
            reason = f"{self._subject()} could not be looked at: {error.strerror}"
            raise StorageError(reason) from error
        return answers

    def _hear(self, _path: str, done: int, total: int) -> None:
        self.at = done
        if self._progress is not None:
            self._progress("Looking at files", done, total)

    def _subject(self) -> str:
        return self._paths[self.at]
