"""`demo`: a cohort to try everything on."""

from pathlib import Path
from typing import Annotated

import typer

from pathgui.cli.cohort import Json
from pathgui.cli.output import FOUND, note, progress, result
from pathgui.cli.runs import failed_slide
from pathgui.cli.window import has_display


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("demo")(demo)


def demo(
    directory: Annotated[Path, typer.Argument(help="Project folder to make.")] = Path(
        "pathgui-demo"
    ),
    headless: Annotated[
        bool, typer.Option("--headless", help="Do not open the window.")
    ] = False,
    slides: Annotated[int, typer.Option(help="How many slides, 4 to 8.")] = 4,
    as_json: Json = False,
) -> None:
    """Make a demo cohort, run the main job on it, and open the window."""
    from pathgui.workflows.demo import run_demo

    show = not headless and not as_json
    if show and not has_display():
        note("There is no display here, so the demo runs without the window.")
        show = False
    with progress(quiet=as_json) as report:
        done = run_demo(directory, slides=slides, progress=report)
    for item in done.run.problems:
        failed_slide(item)
    text = done.text()
    if not show:
        picture = _picture(Path(done.root))
        if picture is not None:
            text += f"\n  a picture of the window: {picture}"
        text += f"\nOpen it with: pathgui {done.root}"
    result(done.as_dict(), text, as_json=as_json)
    if show:
        from pathgui.cli.window import show as open_window

        raise typer.Exit(open_window(Path(done.root), None, None))
    if not done.ok:
        raise typer.Exit(FOUND)


def _picture(root: Path) -> Path | None:
    """Render the window on a virtual screen, where one can be started."""
    from pathgui.workflows.screen import render_window

    target = root / "results" / "visualizations" / "window.png"
    problem_text = render_window(root, target)
    if problem_text:
        note(f"No picture of the window: {problem_text}")
        return None
    return target
