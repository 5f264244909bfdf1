"""The report of a run: one page of HTML that needs nothing beside it."""

import json
import shlex
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pathgui
from pathgui.errors import RecipeError, RunError
from pathgui.jobs.history import trace_of
from pathgui.jobs.pages import counted, day_words, fill_page
from pathgui.jobs.run_file import abridged, write_atomically

REPORT = "report.html"
_FAILED = ("failed", "quarantined")
_ROW = {"reason": "", "hint": "", "attempts": 0, "seconds": 0.0, "tiles": None,
        "tissue_fraction": None, "host": "", "warnings": (), "recipe": None,
        "checksum": "", "mpp": None, "excluded_tiles": 0}  # fmt: skip
_RUN = {"platform": "", "threads": 1, "scheduler": "", "workers": 0, "ended": ""}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that somebody who repeats a run must know: yes, partly or no."""

    question: str
    answer: str
    detail: str


def write_report(run_dir: Path) -> Path:
    """Write the report of a run from its ``run.json``.

    Parameters
    ----------
    run_dir : Path
        ``results/runs/<run_id>``.

    Returns
    -------
    Path
        ``report.html`` in that folder.

    Raises
    ------
    RunError
        If there is no such run, or the disk refuses.
    """
    run = _read(run_dir / "run.json")
    failures = [row for row in run["slides"] if row["status"] in _FAILED]
    values = {
        "run": run,
        "cards": _cards(run),
        "facts": repeatability(run, run_dir),
        "failures": failures,
        "own": [row for row in run["slides"] if row["recipe"]],
        "excluded": sum(row["excluded_tiles"] for row in run["slides"]),
        "traces": _traces(run_dir, failures),
        "pins": _pins(run["versions"]),
        "version": pathgui.__version__,
        "today": day_words(datetime.now().astimezone().isoformat()),
    }
    page = fill_page(
        "run.html.j2", values, when=_when, shell=shlex.quote, abridged=abridged
    )
    file = run_dir / REPORT
    write_atomically(file, page)
    return file


def repeatability(run: dict[str, Any], run_dir: Path) -> list[Fact]:
    """What is kept of all that decided the result.

    Parameters
    ----------
    run : dict
        Content of ``run.json``.
    run_dir : Path
        Its folder, below the project's.
    """
    rows = run["slides"]
    of = f"of {counted(len(rows), 'slide')}"
    ended = Counter(row["status"] for row in rows)
    summed = sum(1 for row in rows if row["checksum"])
    told = sum(1 for row in rows if row["mpp"] is not None)
    own = sum(1 for row in rows if row["recipe"])
    return [
        Fact("Is the recipe kept whole?", "yes",
             "below, in run.json, and in each result" + (
                 f"; {counted(own, 'slide')} with a recipe of its own"
                 if own else "")),
        _recipe_file(run, run_dir),
        _steps(run["recipe"]["text"]),
        Fact("Are the versions known?", "yes",
             f"{len(run['versions'])} packages; each result names those it was made"
             " with"),
        Fact("Can it be proved that the slides are the same?",
             "yes" if summed == len(rows) else "partly",
             f"checksums of {summed:,} {of}; a fingerprint of every slide is in its"
             " result" + ("" if summed == len(rows) else
                          "; pathgui checksum records the rest")),
        Fact("Is the resolution of each slide kept?", "yes",
             f"in every result; the manifest gave it for {told:,} {of}"),
        Fact("Did every slide come to a result?", _share(ended["done"], rows),
             f"{ended['done']:,} {of}"),
    ]  # fmt: skip


def _share(count: int, rows: list[dict[str, Any]]) -> str:
    if count == len(rows):
        return "yes"
    return "partly" if count else "no"


def _recipe_file(run: dict[str, Any], run_dir: Path) -> Fact:
    from pathgui.engine import load_recipe

    question, path = "Is the recipe's file still the same?", run["recipe"]["path"]
    if not path:
        return Fact(question, "no", "it was never a file; save the text below as one")
    project = Path(*run_dir.absolute().parts[:-3])  # of results/runs/<run_id>
    try:
        same = load_recipe(project / path).hash == run["recipe"]["hash"]
    except RecipeError as error:
        return Fact(question, "no", f"{error.message}; the text below is what was run")
    if same:
        return Fact(question, "yes", path)
    return Fact(question, "no", f"{path} has changed since; the text below was run")


def _steps(text: str) -> Fact:
    import tomllib

    from pathgui.preprocessing import TRANSFORMS

    names = [step["transform"] for step in tomllib.loads(text).get("steps", [])]
    foreign = sorted({name for name in names if name not in TRANSFORMS})
    question = "Does every step come with pathgui?"
    if foreign:
        return Fact(question, "no", ", ".join(foreign) + " must be kept by yourself")
    return Fact(question, "yes", ", ".join(names) or "there are no steps")


def _read(file: Path) -> dict[str, Any]:
    try:
        run: dict[str, Any] = json.loads(file.read_text("utf-8"))
        filled = {**_RUN, **run}
        filled["slides"] = [_row(row) for row in run["slides"]]
        for name in ("name", "path", "hash", "text"):
            filled["recipe"] = {**filled["recipe"], name: str(run["recipe"][name])}
        for name in ("run_id", "started", "outcome", "host", "versions"):
            filled[name] = run[name]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RunError(
            f"{file} cannot be read: {reason}", "pathgui status lists the runs"
        ) from error
    return filled


def _row(row: dict[str, Any]) -> dict[str, Any]:
    filled = {**_ROW, **row}
    notes = [] if filled["status"] in _FAILED else [filled["reason"]]
    notes += [*filled["warnings"], "recipe of its own" if filled["recipe"] else ""]
    return {**filled, "notes": [note for note in notes if note]}


def _cards(run: dict[str, Any]) -> list[tuple[str, str]]:
    rows = run["slides"]
    counts = Counter(row["status"] for row in rows)
    tiles = sum(row["tiles"] or 0 for row in rows)
    seconds = [row["seconds"] for row in rows if row["seconds"]]
    cards = [("slide" if len(rows) == 1 else "slides", f"{len(rows):,}")]
    cards += [(state, f"{count:,}") for state, count in sorted(counts.items())]
    cards.append(("new tile" if tiles == 1 else "new tiles", f"{tiles:,}"))
    out = sum(row["excluded_tiles"] for row in rows)
    if out:
        noun = "tile" if out == 1 else "tiles"
        cards.append((f"{noun} excluded in review", f"{out:,}"))
    if run["ended"]:
        begun, ended = map(datetime.fromisoformat, (run["started"], run["ended"]))
        cards.append(("from start to end", _span((ended - begun).total_seconds())))
    if seconds:
        cards.append(("a slide, median", _span(statistics.median(seconds))))
        cards.append(("a slide, longest", _span(max(seconds))))
    return cards


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _when(text: str) -> str:
    when = datetime.fromisoformat(text).astimezone()
    return f"{day_words(when.isoformat())} {when:%H:%M %Z}"


def _traces(run_dir: Path, failures: list[dict[str, Any]]) -> dict[str, str]:
    journal = run_dir.parent / "journal.db"
    found = dict.fromkeys((row["slide_id"] for row in failures), "")
    if journal.is_file():
        try:
            for slide_id in found:
                found[slide_id] = trace_of(journal, run_dir.name, slide_id)
        except RunError:
            return found
    return found


def _pins(versions: dict[str, str]) -> str:
    names = [name for name in versions if name != "python"]
    return " ".join(shlex.quote(f"{name}=={versions[name]}") for name in names)
