"""The command line: finds the command, runs it, turns errors into sentences."""

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pathgui import __version__, log
from pathgui.cli import (
    annotations,
    checks,
    clinical,
    cluster,
    cohort,
    demo,
    doctor,
    features,
    h5,
    importing,
    qc,
    runs,
    saved,
    tables,
    window,
)
from pathgui.cli.output import INTERRUPTED, REFUSED, note, problem
from pathgui.errors import Cancelled, PathguiError

# Some versions of typer bring a click of their own; this is its usage error.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="pathgui",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A workbench for cohorts of whole-slide images. Without a command it opens "
    "the window.",
)
for room in (
    window,
    cohort,
    clinical,
    importing,
    tables,
    saved,
    runs,
    cluster,
    annotations,
    checks,
    features,
    h5,
    qc,
    demo,
    doctor,
):
    room.register(app)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print it.")] = False,
) -> None:
    if version:
        print(f"pathgui {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``pathgui``; those of the process by default.

    Returns
    -------
    int
        0 all well, 1 something was found wrong, 2 it could not be done.
    """
    log.speak(note)
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    try:
        words = _with_command(words, command)
        status = command.main(words, "pathgui", standalone_mode=False)
    except (PathguiError, OSError) as error:
        if debug:
            raise
        return _refused(error)
    except typer.Exit as leave:
        return leave.exit_code
    except UsageError as error:
        return _misused(error)
    except (typer.Abort, KeyboardInterrupt):
        return _refused(Cancelled("stopped on request", "finished results are kept"))
    return int(status or 0)


def _misused(error: Any) -> int:
    usage = error.ctx.get_usage() if error.ctx is not None else ""
    problem(error.format_message(), f"{usage}; --help tells more" if usage else "")
    return REFUSED


def _refused(error: PathguiError | OSError) -> int:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        problem(f"{where}{error.strerror or error}", "--debug tells where it happened")
        return REFUSED
    problem(error.message, error.hint)
    return INTERRUPTED if isinstance(error, Cancelled) else REFUSED


def _with_command(words: list[str], group: TyperGroup) -> list[str]:
    """Put `open` before a project folder that is given alone."""
    options = {"--help", "--version"}
    if words and (words[0] in group.commands or words[0] in options):
        return words
    if words and not words[0].startswith("-") and not Path(words[0]).exists():
        raise _unknown(words[0], group)
    return ["open", *words]


def _unknown(word: str, group: TyperGroup) -> PathguiError:
    near = get_close_matches(word, group.commands, n=1)
    if near:
        hint = f"did you mean pathgui {near[0]}?"
    else:
        hint = "pathgui --help lists the commands; pathgui new DIR makes a project"
    return PathguiError(f"there is no command and no folder called {word}", hint)
