"""What the project tree lists, as plain nodes; no Qt here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pathgui.gui.session.runstate import RunState
from pathgui.gui.style import State, state_of
from pathgui.gui.style.states import STATUS
from pathgui.project import Project

MANY = 200


@dataclass(slots=True, eq=False)
class Node:
    """One line of the tree.

    Attributes
    ----------
    kind : str
        ``section``, ``cohort``, ``patient``, ``slide``, ``view``,
        ``recipe``, ``run``, ``more``.
    key : str
        What it stands for: a slide id, a path, a run id.
    text : str
        Words shown.
    aside : str
        Quiet words at the right: a count or a time.
    states : tuple of State
        Icons at the right.
    """

    kind: str
    key: str
    text: str
    aside: str = ""
    states: tuple[State, ...] = ()
    children: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None

    def add(self, child: "Node") -> "Node":
        """Put a node under this one."""
        child.parent = self
        self.children.append(child)
        return child

    def walk(self) -> Iterator["Node"]:
        """The node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def build(
    project: Project,
    runs: list[RunState],
    patients: dict[str, str],
    wanted: str = "",
    now: datetime | None = None,
    views: Mapping[str, int] | None = None,
) -> Node:
    """The whole tree of a project.

    Parameters
    ----------
    project : Project
        Gives cohorts, slides and recipes.
    runs : list of RunState
        Newest first.
    patients : dict of str to str
        Patient by slide id.
    wanted : str
        Only slides (also by patient), recipes and runs whose name holds these words.
    views : mapping of str to int, optional
        Saved views, and how many slides each chooses; -1 if that is not known.
    """
    root = Node("root", "", "")
    words = wanted.lower().split()
    cohorts = root.add(Node("section", "cohorts", "Cohorts"))
    for name, slides in project.cohorts().items():
        _cohort(project, cohorts, name, slides, words, patients)
    saved = root.add(Node("section", "views", "Saved views"))
    for name, count in (views or {}).items():
        if _holds(name, words):
            saved.add(Node("view", name, name, f"{count:,}" if count >= 0 else ""))
    recipes = root.add(Node("section", "recipes", "Recipes"))
    for path in project.recipes():
        if _holds(path.stem, words):
            recipes.add(Node("recipe", str(path), path.stem.replace("_", " ")))
    section = root.add(Node("section", "runs", "Runs"))
    count = len(runs)
    for number, run in enumerate(runs[:20]):
        title = f"Run {count - number} · {run.recipe}"
        if _holds(title, words):
            section.add(_run(run, title, now or datetime.now().astimezone()))
    root.children = [node for node in root.children if node.children]
    return root


def _cohort(
    project: Project,
    section: Node,
    name: str,
    slides: list[str],
    words: list[str],
    of: dict[str, str],
) -> None:
    shown = slides
    if words:
        named = ((slide, f"{slide} {of.get(slide, '')} {name}") for slide in slides)
        shown = [slide for slide, text in named if _holds(text, words)]
    if not shown:
        return
    node = section.add(Node("cohort", name, name or "no cohort", f"{len(shown):,}"))
    patients = {slide: of[slide] for slide in shown if slide in of}
    sizes = Counter(patients.values())
    under: dict[str, Node] = {"": node}
    for slide in shown[:MANY]:
        patient = patients.get(slide, "")
        if patient not in under:
            size = str(sizes[patient])
            under[patient] = node.add(Node("patient", patient, patient, size))
        under[patient].add(_slide(project, slide))
    if len(shown) > MANY:
        rest = len(shown) - MANY
        node.add(Node("more", name, f"{rest:,} more slides"))


def _slide(project: Project, slide_id: str) -> Node:
    row = project.manifest.find(slide_id)
    states: list[State] = []
    if row is not None:
        for column in ("qc_status", "status"):
            text = project.manifest.text(row, column)
            state = state_of(column, text)
            if state is not None and (text or column == "status"):
                states.append(state)
    return Node("slide", slide_id, slide_id, states=tuple(states))


def _run(run: RunState, title: str, now: datetime) -> Node:
    if run.live:
        aside = f"{run.share * 100:.0f} %"
    elif run.failed:
        aside = f"{run.failed} failed"
    else:
        aside = ago(run.when, now)
    word = run.state if run.live or not run.failed else "failed"
    state = STATUS.get(word, STATUS["running"])
    return Node("run", run.run_id, title, aside, (state,))


def ago(when: str, now: datetime) -> str:
    """A time as people say it: ``2 h ago``, ``yesterday``, ``12 Nov 2026``."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.astimezone()
    past = now - then
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{int(past.total_seconds() // 60)} min ago"
    if then.date() == now.date():
        return f"{int(past.total_seconds() // 3600)} h ago"
    if then.date() == (now - timedelta(days=1)).date():
        return "yesterday"
    return f"{then.day} {then:%b %Y}"


def _holds(text: str, words: list[str]) -> bool:
    low = text.lower()
    return all(word in low for word in words)
