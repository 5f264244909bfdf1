"""What needs looking at in the tables and the runs, as plain rows; no Qt here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pathgui.gui.session.runstate import RunState
from pathgui.project import Column, Finding, Project, Table

MANY = 2000
RELINK = "Relink…"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at.

    Attributes
    ----------
    severity : str
        ``error``, ``warning`` or ``note``.
    text : str
        One sentence.
    where : str
        Slide and column.
    slide_id : str
        The slide; may be empty.
    table, row, column :
        The cell, where it is one.
    fix : str
        What a click offers.
    old, new : str
        Text of the cell and the text a click puts there, if it is safe to.
    """

    severity: str
    text: str
    where: str
    slide_id: str = ""
    table: str = ""
    row: int = -1
    column: str = ""
    fix: str = ""
    old: str = ""
    new: str = ""

    @property
    def key(self) -> str:
        """Name of the problem among all."""
        return f"{self.table}|{self.row}|{self.column}|{self.text}"

    @property
    def safe(self) -> bool:
        """Whether a click mends it without a question."""
        return bool(self.new)


Near = Mapping[tuple[str, str], Mapping[str, str]]


def find(
    project: Project, findings: Sequence[Finding], near: Near, runs: Sequence[RunState]
) -> list[Problem]:
    """All problems, errors first; at most so many that people can read them.

    Parameters
    ----------
    project : Project
        The tables.
    findings : sequence of Finding
        Cells that break a rule or look like a slip.
    near : mapping
        Ids that almost fit, by table and column: the id and why it does not.
    runs : sequence of RunState
        Newest first; they tell why a slide failed.
    """
    tables = {t.name: t for t in (project.manifest, project.clinical)}
    errors = [f for f in findings if f.severity == "error"]
    others = [f for f in findings if f.severity != "error"]
    mend = Mender(tables)
    everything = (
        *islice(_cells(tables, errors, mend), MANY),
        *islice(_near(tables, near), MANY),
        *islice(_cells(tables, others, mend), MANY),
        *islice(_slides(project, runs), MANY),
    )
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(everything, key=lambda problem: rank[problem.severity])[:MANY]


class Mender:
    """Finds the one spelling a text can only mean; never guesses a value."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._usual: dict[tuple[str, str], dict[str, str]] = {}

    def __call__(self, table: str, column: Column, text: str) -> str:
        """Another spelling of `text` that fits the column; empty if there is none."""
        if not text or column.kind not in ("text", "category"):
            return ""
        if column.kind == "category":
            usual = self._spellings(table, column).get(_folded(text), "")
            if usual and usual != text:
                return usual
        bare = text.strip()
        fits = not column.choices or bare in column.choices
        return bare if bare and bare != text and fits else ""

    def _spellings(self, table: str, column: Column) -> Mapping[str, str]:
        """The allowed or most common spelling of each word."""
        place = table, column.name
        found = self._usual.get(place)
        if found is None:
            found = self._usual[place] = {}
            texts = Counter(self._tables[table].texts(column.name).tolist())
            common = [text for text, _ in texts.most_common() if text]
            for text in column.choices or common:
                found.setdefault(_folded(text), text)
        return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _cells(
    tables: Mapping[str, Table], findings: Iterable[Finding], mend: Mender
) -> Iterator[Problem]:
    for found in findings:
        table = tables[found.table]
        if not (table.has_row(found.row) and table.has_column(found.column)):
            continue
        column = table.column(found.column)
        new = mend(found.table, column, found.text)
        yield _cell(
            table, found.row, found.column, found.severity,
            _sentence(found.column, found.text, found.reason),
            f"Use {new}" if new else "Edit cell", found.text, new,
        )  # fmt: skip


def _cell(
    table: Table,
    row: int,
    column: str,
    severity: str,
    text: str,
    fix: str,
    old: str = "",
    new: str = "",
) -> Problem:
    name = table.text(row, table.key) if table.has_column(table.key) else ""
    slide = table.text(row, "slide_id") if table.has_column("slide_id") else ""
    where = f"{name} · {column}" if name else column
    return Problem(severity, text, where, slide, table.name, row, column, fix, old, new)


def _near(tables: Mapping[str, Table], near: Near) -> Iterator[Problem]:
    """Ids that almost fit those of the slides."""
    for (name, column), reasons in near.items():
        table = tables[name]
        ids, texts = table.row_ids, table.texts(column).tolist()
        for row, text in zip(ids, texts, strict=True):
            if text in reasons:
                sentence = f"{column} {text} {reasons[text]}"
                yield _cell(table, row, column, "warning", sentence, "Join report")


def _slides(project: Project, runs: Sequence[RunState]) -> Iterator[Problem]:
    manifest = project.manifest
    columns = (manifest.texts(name) for name in ("slide_id", "status", "mpp"))
    rows = zip(manifest.row_ids, *columns, strict=True)
    for row, slide, status, mpp in rows:
        if status in ("failed", "quarantined"):
            reason = _reason(runs, slide)
            word = "was set aside" if status == "quarantined" else "failed"
            text = f"The last run of this slide {word}{': ' if reason else ''}{reason}"
            yield Problem("error", text, slide, slide, fix="Show run")
        elif status == "missing":
            text = "The slide file is not where the manifest says"
            yield Problem(
                "warning", text, slide, slide, "manifest", row, "path", RELINK
            )
        if not mpp:
            text = "µm per pixel is unknown, so tiles cannot be sized in µm"
            where = f"{slide} · mpp"
            yield Problem(
                "warning", text, where, slide, "manifest", row, "mpp", "Enter mpp…"
            )


def _reason(runs: Sequence[RunState], slide_id: str) -> str:
    for run in runs:
        slide = run.slides.get(slide_id)
        if slide is not None and slide.reason:
            return slide.reason
    return ""


def _sentence(column: str, text: str, reason: str) -> str:
    if not text:
        return f"{column} is missing"
    return f"{column} {reason}" if text in reason else f"{column} {text}: {reason}"
