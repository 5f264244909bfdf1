"""Whether a result is there, whole, of this recipe and of this slide as it is now."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pathgui.engine import EXCLUDED, TISSUE
from pathgui.errors import PathguiError, StorageError
from pathgui.jobs.journal import Finished
from pathgui.jobs.known_files import known_files
from pathgui.jobs.plan import (
    BASE,
    MPP_GIVEN,
    OBJECTIVE_GIVEN,
    RUN_RECIPE,
    SlideTask,
)
from pathgui.jobs.stamp import Stamp, stamp_file, stamp_if_there, stamp_slide
from pathgui.storage import call_in_child, open_file

_PROBLEMS = "pathgui.storage.probe:problems"
_BY_LENGTH = {32: "md5", 64: "sha256"}

_DRAWN = "what was drawn on the slide, or excluded, has changed since"
_PARAMETERS = "it was made with other parameters of this slide"

State = Literal["current", "unrecorded", "missing", "stale", "foreign"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a result on disk is worth.

    Attributes
    ----------
    state : str
        ``current``: nothing to do. ``unrecorded``: the same, but the journal does
        not know it yet (its client died, or another tool made it). ``missing`` and
        ``stale``: make it. ``foreign``: something else lies there; only ``--force``
        replaces it.
    why : str
        Half a sentence.
    run_id : str
        The run that made it; empty if unknown.
    source, output : Stamp
        As they are now.
    quickhash : str
        Of the slide, as the result records it.
    """

    state: State
    why: str = ""
    run_id: str = ""
    source: Stamp = field(default_factory=Stamp)
    output: Stamp = field(default_factory=Stamp)
    quickhash: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.state in ("current", "unrecorded")


@dataclass(frozen=True, slots=True)
class _Result:
    """What the provenance of a result says, and the file's stamp."""

    facts: dict[str, Any]
    mpp: float | None
    objective: float | None
    stamp: Stamp


def judge(
    task: SlideTask,
    recipe_hash: str,
    known: Finished | None,
    runs: set[str],
    *,
    verify: bool = False,
) -> Verdict:
    """Judge the result of a task.

    Parameters
    ----------
    task : SlideTask
        Slide and result.
    recipe_hash : str
        Of the recipe that is asked for.
    known : Finished or None
        What the journal says of this result.
    runs : set of str
        Runs the journal knows.
    verify : bool
        Read all content.
    """
    if not task.output.exists():
        return Verdict("missing")
    try:
        _look(task.output, known, verify=verify)
        result = _read(task.output, task.objective)
    except (StorageError, OSError) as error:
        if known is not None and known.recipe_hash == recipe_hash:
            return Verdict("stale", f"the result is damaged: {error}")
        return Verdict("foreign", f"{task.output.name} is no finished result")
    if result.facts.get("recipe_hash") != recipe_hash:
        return _otherwise(task, result.facts)
    return _compare(task, result, known, runs)


def _otherwise(task: SlideTask, facts: dict[str, Any]) -> Verdict:
    """A result of another recipe, which may be another one for this slide alone."""
    made = [facts.get(name) for name in ("recipe_hash", BASE, RUN_RECIPE)]
    if task.base and task.base in made[:2]:
        return Verdict("stale", _DRAWN)
    if task.run_recipe and task.run_recipe in made:
        return Verdict("stale", _PARAMETERS)
    return Verdict("foreign", f"{task.output.name} was made by another recipe")


@dataclass(frozen=True, slots=True)
class Made:
    """What a finished result holds, for the tables of a project."""

    tiles: int
    tissue_fraction: float | None
    excluded: int = 0


def made_of(path: Path) -> Made:
    """What a result holds, where nobody is left who could tell."""
    with open_file(path) as file:
        slide = file.slide(0)
        facts = slide.provenance
        share, out = facts.get(TISSUE), facts.get(EXCLUDED)
        return Made(
            len(slide),
            share if isinstance(share, float) else None,
            out if isinstance(out, int) else 0,
        )


def look_ahead(outputs: Iterable[Path], known: Mapping[str, Finished]) -> None:
    """Let one child look at all results that `judge` would look at one by one."""
    strange = [path for path in outputs if not _is_known(path, known.get(str(path)))]
    known_files(None).prepare(strange)


def _look(path: Path, known: Finished | None, *, verify: bool) -> None:
    """Let a child see a result that is not the one of the journal, or all of it.

    Raises
    ------
    StorageError
        If it is no good.
    """
    if verify:
        found = call_in_child(_PROBLEMS, str(path), progress=lambda *_: None)
        for where, message in found:
            raise StorageError(f"{path.name}: {where} {message}")
    elif not _is_known(path, known):
        known_files(None).look(path)


def _is_known(path: Path, known: Finished | None) -> bool:
    return known is not None and known.output == stamp_if_there(path)


def _read(path: Path, objective: float | None) -> _Result:
    stamp = stamp_file(path)
    with open_file(path) as file:
        slide = file.slide(0)
        facts = slide.provenance
        if MPP_GIVEN in facts:
            mpp = facts[MPP_GIVEN]
        else:  # made by another tool than a run; dearer to read
            given = slide.meta.mpp_source in ("user", "cohort")
            mpp = slide.meta.mpp if given else None
        power = facts.get(OBJECTIVE_GIVEN)
        if OBJECTIVE_GIVEN not in facts and objective is not None:
            power = slide.meta.magnification or objective
    return _Result(facts, mpp, power, stamp)


def _compare(
    task: SlideTask, result: _Result, known: Finished | None, runs: set[str]
) -> Verdict:
    if result.mpp != task.mpp:
        return Verdict("stale", "the resolution given for the slide has changed")
    if result.objective != task.objective:
        return Verdict("stale", "the objective given for the slide has changed")
    run_id = str(result.facts.get("run_id", ""))
    # A run that died after renaming its file and before writing that down leaves a
    # good result which the journal does not know, beside an older one that it does.
    recorded = known is not None and (known.run_id == run_id or run_id not in runs)
    if known is not None and recorded and known.output != result.stamp:
        return Verdict("stale", "the result was changed by something else")
    try:
        now = stamp_slide(task.path)
    except (OSError, PathguiError) as error:
        return Verdict("stale", f"the slide cannot be found: {error}")
    if not _same_source(task, result, now, known):
        return Verdict("stale", "the slide has changed since")
    state: State = "current" if recorded else "unrecorded"
    quickhash = str(result.facts.get("source_quickhash", ""))
    return Verdict(state, "", run_id, now, result.stamp, quickhash)


def _same_source(
    task: SlideTask, result: _Result, now: Stamp, known: Finished | None
) -> bool:
    """Equal size and time; else equal size, quickhash, and checksum if one is kept."""
    then = _source_then(result.facts)
    if then.files == 0:  # made by a tool that stamps the main file alone
        now = stamp_file(task.path)
        same_time = abs(now.mtime_ns - then.mtime_ns) < 1_000_000
    else:
        same_time = now.mtime_ns == then.mtime_ns and now.files == then.files
    if now.size != then.size:
        return False
    if same_time:
        return True
    from pathgui.slides import quick_fingerprint

    if quick_fingerprint(task.path) != result.facts.get("source_quickhash"):
        return False
    checksum = known.checksum if known is not None else ""
    return _hash(task.path, checksum) in (checksum, "")


def _source_then(facts: dict[str, Any]) -> Stamp:
    if "source_files" in facts:
        return Stamp(
            int(facts["source_files"]),
            int(facts["source_bytes"]),
            int(facts["source_mtime_ns"]),
        )
    seconds = float(facts.get("source_mtime", 0.0))
    return Stamp(0, int(facts.get("source_size", 0)), round(seconds * 1e9))


def _hash(path: Path, like: str) -> str:
    """Checksum of a file, of the kind that another one is; empty if that is unknown."""
    algorithm = _BY_LENGTH.get(len(like), "")
    if not algorithm:
        return ""
    with path.open("rb") as source:
        return hashlib.file_digest(source, algorithm).hexdigest()
