"""`pathgui [PROJECT]`: open the window."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pathgui.errors import MissingExtraError, PathguiError


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("open")(open_window)


def open_window(
    project: Annotated[Path | None, typer.Argument(help="A project folder.")] = None,
    slide: Annotated[
        str | None, typer.Option("--slide", help="Show this slide in the viewer.")
    ] = None,
    screenshot: Annotated[
        Path | None,
        typer.Option("--screenshot", help="Write a PNG of the window and leave."),
    ] = None,
) -> None:
    """Open the window; `open` may be left out."""
    raise typer.Exit(show(project, slide, screenshot))


def show(project: Path | None, slide: str | None, screenshot: Path | None) -> int:
    """Start the window, or say how to add it where it is not installed."""
    try:
        from pathgui.gui.app import run
    except ImportError as error:
        if (error.name or "").split(".")[0] == "pathgui":
            raise
        raise MissingExtraError(
            f"the window needs {error.name}, which is not installed",
            'add it with: pip install "pathgui[gui]"',
        ) from error
    if not (has_display() or os.environ.get("QT_QPA_PLATFORM")):
        # Qt would end the program without a word that helps.
        raise PathguiError(
            "there is no display to open the window on",
            "log in with a desktop, or use a virtual screen: "
            "xvfb-run pathgui PROJECT --screenshot FILE.png",
        )
    return run(project, slide, screenshot)


def has_display() -> bool:
    """Whether a window could be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
