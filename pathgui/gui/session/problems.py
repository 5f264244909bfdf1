"""What needs looking at in the tables and the runs, as plain rows; no Qt here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
# What a problem is like others in: severity, table, column, and a word.
Kind = tuple[str, str, str, str]
Make = Callable[[Any], Problem]
_RANK = {"error": 0, "warning": 1, "note": 2}
# Kinds of more problems than this stand behind rarer ones, which they would bury.
_COMMON = 100


@dataclass(frozen=True, slots=True)
class Problems:
    """What was found.

    Attributes
    ----------
    shown : list of Problem
        As many as people can read, of each kind some.
    counts : mapping of str to int
        All there are, by severity.
    """

    shown: list[Problem] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are, also of those that are not shown."""
        return sum(self.counts.values())


def find(
    project: Project, findings: Sequence[Finding], near: Near, runs: Sequence[RunState]
) -> Problems:
    """All problems: errors first, and among them kinds of few before those of many.

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
    groups = _Groups()
    _cells(tables, findings, groups)
    _near(tables, near, groups)
    _slides(project, runs, groups)
    return groups.chosen()


class _Groups:
    """Problems by kind, made only as far as they are shown."""

    def __init__(self) -> None:
        self._items: dict[Kind, list[Any]] = {}
        self._make: dict[Kind, Make] = {}

    def add(self, kind: Kind, make: Make, item: Any) -> None:
        """Note what a problem of a kind can be made of."""
        items = self._items.get(kind)
        if items is None:
            items = self._items[kind] = []
            self._make[kind] = make
        items.append(item)

    def chosen(self) -> Problems:
        """Some of each kind: what the rare kinds leave of the room is shared."""
        sizes = {kind: len(items) for kind, items in self._items.items()}
        counts = Counter[str]()
        quota: dict[Kind, int] = {}
        room = MANY
        for place, kind in enumerate(sorted(sizes, key=sizes.__getitem__)):
            counts[kind[0]] += sizes[kind]
            quota[kind] = min(sizes[kind], room // (len(sizes) - place))
            room -= quota[kind]
        order = sorted(sizes, key=lambda kind: (_RANK[kind[0]], _weight(sizes[kind])))
        shown = [
            self._make[kind](item)
            for kind in order
            for item in self._items[kind][: quota[kind]]
        ]
        return Problems(shown, counts)


def _weight(size: int) -> int:
    return size if size > _COMMON else 0


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
    tables: Mapping[str, Table], findings: Iterable[Finding], groups: _Groups
) -> None:
    mend = Mender(tables)

    def make(found: Finding) -> Problem:
        table = tables[found.table]
        new = mend(found.table, table.column(found.column), found.text)
        return _cell(
            table, found.row, found.column, found.severity,
            _sentence(found.column, found.text, found.reason),
            f"Use {new}" if new else "Edit cell", found.text, new,
        )  # fmt: skip

    for found in findings:
        table = tables[found.table]
        if table.has_row(found.row) and table.has_column(found.column):
            what = "value" if found.text else "missing"
            groups.add((found.severity, found.table, found.column, what), make, found)


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


def _near(tables: Mapping[str, Table], near: Near, groups: _Groups) -> None:
    """Ids that almost fit those of the slides."""
    for (name, column), reasons in near.items():
        table = tables[name]

        def make(
            item: tuple[int, str],
            table: Table = table,
            column: str = column,
            reasons: Mapping[str, str] = reasons,
        ) -> Problem:
            sentence = f"{column} {item[1]} {reasons[item[1]]}"
            return _cell(table, item[0], column, "warning", sentence, "Join report")

        texts = table.texts(column).tolist()
        for row, text in zip(table.row_ids, texts, strict=True):
            if text in reasons:
                groups.add(("warning", name, column, "near"), make, (row, text))


def _slides(project: Project, runs: Sequence[RunState], groups: _Groups) -> None:
    manifest = project.manifest

    def failed(item: tuple[str, str]) -> Problem:
        slide, status = item
        reason = _reason(runs, slide)
        word = "was set aside" if status == "quarantined" else "failed"
        text = f"The last run of this slide {word}{': ' if reason else ''}{reason}"
        return Problem("error", text, slide, slide, fix="Show run")

    columns = (manifest.texts(name) for name in ("slide_id", "status", "mpp"))
    rows = zip(manifest.row_ids, *columns, strict=True)
    for row, slide, status, mpp in rows:
        if status in ("failed", "quarantined"):
            groups.add(("error", "manifest", "status", status), failed, (slide, status))
        elif status == "missing":
            groups.add(("warning", "manifest", "path", "gone"), _gone, (row, slide))
        if not mpp:
            groups.add(
                ("warning", "manifest", "mpp", "unknown"), _sizeless, (row, slide)
            )


def _gone(item: tuple[int, str]) -> Problem:
    row, slide = item
    text = "The slide file is not where the manifest says"
    return Problem("warning", text, slide, slide, "manifest", row, "path", RELINK)


def _sizeless(item: tuple[int, str]) -> Problem:
    row, slide = item
    text, where = "µm per pixel is unknown, so tiles cannot be sized in µm", "mpp"
    return Problem(
        "warning", text, f"{slide} · {where}", slide, "manifest", row, where,
        "Enter mpp…",
    )  # fmt: skip


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
