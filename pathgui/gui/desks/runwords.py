"""A run in words: what came of it, and how to run it from the command line."""

import shlex

from pathgui.gui.session.runstate import RunState, clock
from pathgui.project import Project


def sentence_of(run: RunState) -> tuple[str, str]:
    """What came of a run, and how bad that is."""
    done, failed = run.count("done"), run.failed
    words = [f"{done:,} done"]
    if run.count("skipped"):
        words.append(f"{run.count('skipped'):,} up to date")
    if failed:
        words.append(f"{failed:,} failed")
    ends = {"cancelled": "cancelled", "interrupted": "broke off"}
    state = ends.get(run.state, "finished")
    sentence = f"Run {state} in {clock(run.seconds)}: {', '.join(words)}"
    bad = failed or run.state == "interrupted"
    return sentence, "warning" if bad else "note"


def command_of(run: RunState, project: Project) -> str:
    """The command line that does the same run again."""
    words = ["pathgui", "run", str(project.root), run.recipe_path]
    everything = set(project.manifest.texts("slide_id")) <= set(run.slides)
    if not everything:
        words += ["--slides", ",".join(run.slides)]
    return shlex.join(words)
