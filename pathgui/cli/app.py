"""The command line: finds the command, runs it, turns errors into sentences."""

import sys
from collections.abc import Sequence
from typing import Annotated

import click
import typer

from pathgui import __version__
from pathgui.cli import checks, clinical, cohort, demo, doctor, runs, window
from pathgui.cli.output import FOUND, REFUSED, problem, refuse
from pathgui.errors import Cancelled, PathguiError

app = typer.Typer(
    name="pathgui",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A workbench for cohorts of whole-slide images. Without a command it opens "
    "the window.",
)
for room in (window, cohort, clinical, runs, checks, demo, doctor):
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
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    command = typer.main.get_command(app)
    assert isinstance(command, click.Group)
    try:
        status = command.main(
            _with_command(words, command), "pathgui", standalone_mode=False
        )
        return int(status or 0)
    except PathguiError as error:
        if debug:
            raise
        if isinstance(error, Cancelled):
            problem(error.message, error.hint)
            return FOUND
        return refuse(error)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.UsageError as error:
        usage = error.ctx.get_usage() if error.ctx is not None else ""
        problem(error.format_message(), f"{usage}; --help tells more" if usage else "")
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        problem(
            "stopped on request", "finished results are kept; call it again to go on"
        )
        return 130
    except OSError as error:
        if debug:
            raise
        where = f"{error.filename}: " if error.filename else ""
        problem(f"{where}{error.strerror or error}", "--debug tells where it happened")
        return REFUSED


def _with_command(words: list[str], group: click.Group) -> list[str]:
    """Put `open` before a project folder that is given alone."""
    options = {"--help", "--version"}
    if words and (words[0] in group.commands or words[0] in options):
        return words
    return ["open", *words]
