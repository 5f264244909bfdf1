"""How the command line speaks: results to stdout, all else to stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

OK, FOUND, REFUSED = 0, 1, 2
INTERRUPTED = 130
Report = Callable[[str, int, int], None]


def result(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print one JSON object, or the text for people; nothing else on stdout."""
    if as_json:
        words = json.dumps(data, ensure_ascii=False, indent=2, default=str)
        # Bytes of a file name that are no text become what JSON writes for them.
        print(words.encode(errors="backslashreplace").decode())
    elif text:
        print(shown(text))


def note(text: str) -> None:
    """Say something beside the result."""
    print(shown(text), file=sys.stderr)


def shown(text: str) -> str:
    """Text of strange files without what would steer the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)


def problem(message: str, hint: str = "") -> None:
    """One sentence and a hint on standard error."""
    text = message.rstrip(".") + "."
    if hint:
        end = "" if hint.endswith(("?", "!")) else "."
        text += " " + hint[0].upper() + hint[1:].rstrip(".") + end
    lines = (line.strip() for line in text.splitlines())
    print(shown("\n".join(lines)), file=sys.stderr)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Report]:
    """Progress bars on standard error; plain silence where nobody watches.

    Yields
    ------
    callable
        ``report(what, done, total)``; a bar for each `what`.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    bars: dict[str, TaskID] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as display:

        def report(what: str, done: int, total: int) -> None:
            if what not in bars:
                # Brackets in a file name are text, not markup.
                bars[what] = display.add_task(what.replace("[", r"\["), total=total)
            display.update(bars[what], completed=done, total=total)

        yield report
