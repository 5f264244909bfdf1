"""Arguments and options that several commands have, in the same words."""

from pathlib import Path
from typing import Annotated

import typer

AllTiles = Annotated[
    bool, typer.Option("--all-tiles", help="Tiles excluded in review too.")
]
Cohort = Annotated[str | None, typer.Option(help="Only this cohort.")]
Exclude = Annotated[
    str | None,
    typer.Option(help="Tiles outside of annotations of these classes; * is any."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace results of other recipes too.")
]
Include = Annotated[
    str | None,
    typer.Option(help="Tiles inside annotations of these classes; * is any."),
]
MinInside = Annotated[
    float | None,
    typer.Option(
        help="Share of a tile that must lie there: 0 is some, 1 is all.", min=0, max=1
    ),
]
Recipe = Annotated[Path, typer.Argument(help="Recipe (TOML).")]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Only slides that failed before.")
]
Slides = Annotated[
    str | None, typer.Option(help="Only these slides, with commas between.")
]


def names(words: str | None) -> list[str] | None:
    """Names with commas between; None stays None."""
    if words is None:
        return None
    return [word.strip() for word in words.split(",") if word.strip()]
