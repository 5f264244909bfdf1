"""A table as people and the window see it: rows, typed columns, problems."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathgui.errors import TableError, some_of
from pathgui.project import typed
from pathgui.project.csvtext import TextArray
from pathgui.project.schema import Column
from pathgui.project.store import Ids, TextStore
from pathgui.project.watch import NOBODY, Watch

if TYPE_CHECKING:
    import pandas as pd

Check = Callable[[str], str]
CheckMaker = Callable[["TableView"], Check]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that does not fit its column, and why."""

    table: str
    row: int
    column: str
    text: str
    reason: str


class TableView:
    """Texts with types as a view.

    Parameters
    ----------
    name : str
        ``"manifest"`` or ``"clinical"``.
    store : TextStore
        The texts.
    columns : sequence of Column
        Definitions, in the order of the file.
    key : str
        Column that names a row.
    checks : mapping, optional
        Extra checks by column; each is made from the table when it is needed.
    """

    def __init__(
        self,
        name: str,
        store: TextStore,
        columns: Sequence[Column],
        key: str,
        checks: Mapping[str, CheckMaker] | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.store = store
        self._columns = {column.name: column for column in columns}
        self._checks = dict(checks or {})
        self._problems: dict[str, dict[int, str]] = {}
        self._first: dict[str, int] | None = None
        self._found: dict[str, list[int]] | None = None

    def __len__(self) -> int:
        return len(self.store)

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(self._columns[name] for name in self.store.header)

    @property
    def row_ids(self) -> list[int]:
        """Ids of the rows in the order of the file."""
        ids: list[int] = self.store.ids.tolist()
        return ids

    @property
    def ids(self) -> Ids:
        """The same as an int64 array of shape (n,)."""
        return self.store.ids

    @property
    def dirty(self) -> bool:
        """Whether it differs from its file."""
        return self.store.dirty

    def column(self, name: str) -> Column:
        """Definition of a column; TableError if there is none."""
        try:
            return self._columns[name]
        except KeyError as error:
            raise TableError(
                f"The {self.name} table has no column {name!r}.",
                f"It has {some_of(list(self._columns), name)}.",
            ) from error

    def set_key(self, key: str) -> None:
        """Let another column name the rows; nothing in the texts changes."""
        self.key = self.column(key).name
        self._forget_keys()

    def has_column(self, name: str) -> bool:
        return name in self._columns

    def has_row(self, row_id: int) -> bool:
        return self.store.has_row(row_id)

    def texts(self, column: str) -> TextArray:
        """Texts of a whole column by position: shape (n,), read only by habit."""
        self.column(column)
        return self.store.texts(column)

    def text(self, row_id: int, column: str) -> str:
        """Text of a cell exactly as in the file."""
        try:
            return self.store.text(row_id, column)
        except KeyError as error:
            self.column(column)
            raise TableError(f"The {self.name} table has no row {row_id}.") from error

    def value(self, row_id: int, column: str) -> typed.Value:
        """Typed value of a cell; None if it is missing or does not fit."""
        try:
            return typed.parse(self.text(row_id, column), self.column(column))
        except typed.Misfit:
            return None

    def row(self, row_id: int) -> dict[str, str]:
        """All texts of a row by column."""
        return self.store.row(row_id)

    def position(self, row_id: int) -> int:
        """Place of a row, 0 first."""
        return self.store.position(row_id)

    def find(self, key: str) -> int | None:
        """Id of the first row of this key."""
        if self._first is None:
            texts: list[str] = self.store.texts(self.key).tolist()
            self._first = dict(
                zip(reversed(texts), reversed(self.row_ids), strict=True)
            )
        return self._first.get(key) if key else None

    def find_all(self, key: str) -> list[int]:
        """Ids of all rows of this key, in order."""
        first = self.find(key)
        if first is None:
            return []
        if self._first is not None and len(self._first) == len(self):
            return [first]
        if self._found is None:
            self._found = {}
            texts = self.store.texts(self.key).tolist()
            for row_id, text in zip(self.row_ids, texts, strict=True):
                self._found.setdefault(text, []).append(row_id)
        return self._found[key]

    @property
    def known_keys(self) -> dict[str, int] | None:
        """First row of each key, if it was worked out."""
        return self._first

    def _forget_keys(self) -> None:
        self._first = None
        self._found = None

    def frame(self) -> "pd.DataFrame":
        """All texts as a DataFrame, indexed by row id (a copy)."""
        import pandas as pd

        data = {name: self.store.texts(name) for name in self.store.header}
        return pd.DataFrame(data, index=self.store.ids.copy(), dtype=object, copy=True)

    def problem(self, row_id: int, column: str) -> str:
        """Why a cell does not fit its column, or ``""``."""
        return self.column_problems(column).get(row_id, "")

    def problems(self) -> Iterator[CellProblem]:
        """All cells that do not fit, column by column."""
        for column in self.store.header:
            for row_id, reason in self.column_problems(column).items():
                text = self.store.text(row_id, column)
                yield CellProblem(self.name, row_id, column, text, reason)

    def column_problems(self, column: str, watch: Watch = NOBODY) -> Mapping[int, str]:
        """Reasons by row id for one column; Cancelled on request of the watch."""
        known = self._problems.get(column)
        if known is None:
            known = self._find_problems(self.column(column), watch)
            self._problems[column] = known
        return known

    def known_problems(self, column: str) -> Mapping[int, str] | None:
        """The same if it was worked out already, else None."""
        return self._problems.get(column)

    def forget_problems(self, column: str) -> None:
        """Work the problems of a column out again when they are asked for."""
        self._problems.pop(column, None)

    def problems_as(self, column: Column) -> Mapping[int, str]:
        """The same as if the column of this name were defined so."""
        return self._find_problems(column, NOBODY)

    def _checker(self, column: Column) -> Check:
        make = self._checks.get(column.name)
        if make is None:
            return lambda text: typed.reason(text, column)
        extra = make(self)
        return lambda text: typed.reason(text, column) or (extra(text) if text else "")

    def _find_problems(self, column: Column, watch: Watch) -> dict[int, str]:
        if _takes_anything(column) and column.name not in self._checks:
            return {}
        reasons = self._reasons(column, watch)
        if not reasons:
            return {}
        found: dict[int, str] = {}
        ids = iter(self.row_ids)
        for texts in watch.pieces(self.store.texts(column.name)):
            pairs = zip(texts, ids, strict=False)
            found |= {row: reasons[text] for text, row in pairs if text in reasons}
        return found

    def _reasons(self, column: Column, watch: Watch) -> dict[str, str]:
        """Texts of a column that do not fit, and why."""
        reasons: dict[str, str] = {}
        distinct: set[str] = set()
        check = self._checker(column) if column.name in self._checks else None
        for texts in watch.pieces(self.store.texts(column.name)):
            some = set(texts)
            if check is None:
                reasons |= typed.misfits(some, column)
            else:
                reasons |= {text: why for text in some if (why := check(text))}
            if column.unique:
                distinct |= some
        if column.unique and len(distinct) < len(self):
            texts = self.store.texts(column.name).tolist()
            for text, count in Counter(texts).items():
                if count > 1 and text not in reasons:
                    reasons[text] = f"{text!r} stands in {count} rows"
        return reasons


def _takes_anything(column: Column) -> bool:
    limits = column.choices or column.pattern or column.required or column.unique
    return column.kind in ("text", "category") and not limits
