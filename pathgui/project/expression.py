"""Choosing rows by an expression: ``cohort == "A" and stage in ["II", "III"]``.

The text is parsed into a tree of which only names, constants, comparisons and the
words and, or, not are known; nothing of it is ever run as a program.
"""

import ast
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pathgui.errors import ExpressionError, some_of
from pathgui.project.comparison import (
    Constant,
    Field,
    compare,
    contains,
    is_in,
    typed_field,
)
from pathgui.project.quoting import WORDS, shown_name, without_ticks
from pathgui.project.tableview import TableView

BoolArray = npt.NDArray[np.bool_]
MAX_LENGTH = 10_000
_DEEPEST = 100
_NAMED = ast.Name | ast.Attribute


@dataclass(frozen=True, slots=True)
class _Name:
    """A column where it stands in the text, perhaps behind the name of its table."""

    name: str
    position: int
    table: str = ""


class Expression:
    """A condition on rows; made by `parse_expression`.

    Attributes
    ----------
    text : str
        As written.
    names : tuple of str
        Columns it speaks of, in order of appearance; without those that are named
        with their table, see `at_home`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._source, self._ticks = without_ticks(text)
        self._tree = self._parse()
        self._found: dict[str, _Name] = {}
        self._of_tables: dict[tuple[str, str], _Name] = {}
        self._check(self._tree, 0)
        self.names = tuple(self._found)

    def mask(self, fields: Mapping[str, Field], count: int | None = None) -> BoolArray:
        """Which rows meet the condition.

        A missing value is equal to ``missing`` and to nothing else; it is neither
        less nor greater than anything.

        Parameters
        ----------
        fields : mapping of str to Field
            Columns by name, all of one length.
        count : int, optional
            Rows, for a condition that names no column.

        Returns
        -------
        ndarray of bool, shape (n,)

        Raises
        ------
        ExpressionError
            If a column is unknown or compared with what it cannot hold.
        """
        self.check_names(fields)
        if count is None:
            count = len(next(iter(fields.values()))) if fields else 0
        return self._truth(self._tree, fields, count)

    def check_names(self, known: Mapping[str, object] | Sequence[str]) -> None:
        """Raise ExpressionError, which tells the known names, for an unknown one."""
        for of_table in self._of_tables.values():
            raise _not_there(of_table, {})
        for name in self._found.values():
            if name.name not in known:
                columns = [shown_name(column) for column in known]
                at = f"(at character {name.position + 1})"
                raise ExpressionError(
                    f"there is no column {name.name!r} {at}",
                    f"columns: {some_of(columns, name.name)}",
                    name.position,
                )

    def parts(self) -> list[str]:
        """The conditions that must all be met, each as text of its own."""
        node = self._tree
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [self._text_of(part) for part in node.values]
        return [self._text_of(node)]

    def renamed(self, names: Mapping[str, str]) -> str:
        """The text with other names for these columns, all at once."""

        def new(side: _Name) -> str | None:
            return None if side.table else names.get(side.name)

        return self._with_names(new)

    def at_home(self, names: Mapping[tuple[str, str], str]) -> "Expression":
        """The same where columns named with their table have one name, as others do.

        ``clinical.status`` is the column of that table, whatever it is called beside
        one of the manifest that has its name.

        Parameters
        ----------
        names : mapping of (table, column) to str
            What the columns are called where the rows are chosen.

        Raises
        ------
        ExpressionError
            If there is no such column of that table.
        """
        if not self._of_tables:
            return self
        for (table, name), at in self._of_tables.items():
            if (table, name) not in names:
                raise _not_there(at, names)
        return Expression(self._with_names(lambda s: names.get((s.table, s.name))))

    def _with_names(self, new: Callable[[_Name], str | None]) -> str:
        """The text with what is found for each name in its place, all at once."""
        data, text = self._source.encode(), self.text
        nodes = list(ast.walk(self._tree))
        tables = [node.value for node in nodes if isinstance(node, ast.Attribute)]
        places = [
            (len(data[: node.col_offset].decode()), self._text_of(node), node)
            for node in nodes
            if isinstance(node, _NAMED) and node not in tables
        ]
        for start, old, node in sorted(places, key=lambda place: -place[0]):
            side = self._side(node)
            name = new(side) if isinstance(side, _Name) else None
            if name is not None:
                text = text[:start] + shown_name(name) + text[start + len(old) :]
        return text

    @property
    def either(self) -> bool:
        """Whether it is met by one of several: brackets are needed beside others."""
        node = self._tree
        return isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)

    def _text_of(self, node: ast.expr) -> str:
        data = self._source.encode()
        start = len(data[: node.col_offset].decode())
        stop = len(data[: node.end_col_offset].decode())
        return self.text[start:stop]

    def _parse(self) -> ast.expr:
        if not self.text.strip():
            raise ExpressionError("the expression is empty", 'try cohort == "A"')
        if len(self.text) > MAX_LENGTH:
            raise ExpressionError(f"the expression has {len(self.text)} characters")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._source, mode="eval").body
        except SyntaxError as error:
            # An offset of 0 stands for the end of the text.
            position = min(error.offset or len(self.text) + 1, len(self.text) + 1) - 1
            raise ExpressionError(
                f"the expression cannot be understood at character {position + 1}: "
                f"{error.msg}",
                'compare with ==, quote texts: stage == "II" and age >= 60',
                position,
            ) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise ExpressionError("the expression cannot be understood") from error

    def _check(self, node: ast.expr, depth: int) -> None:
        """Refuse everything that is not known, before any row is looked at."""
        if depth > _DEEPEST:
            raise self._error(node, "the expression is nested too deeply")
        if isinstance(node, ast.BoolOp):
            for part in node.values:
                self._check(part, depth + 1)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._check(node.operand, depth + 1)
        elif isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                self._check_side(part)
            self._check_operators(node)
            self._check_column(node)
        elif isinstance(node, _NAMED):
            self._side(node)
        elif not (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
            raise self._unknown(node)

    def _check_side(self, node: ast.expr) -> None:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            for item in node.elts:
                if isinstance(self._side(item), _Name):
                    raise self._error(item, "a list holds numbers and quoted texts")
        else:
            self._side(node)

    def _check_operators(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            a_list = isinstance(right, ast.List | ast.Tuple | ast.Set)
            if _looks_inside(operator, node.left, right):
                if len(node.ops) > 1:
                    raise self._error(node, "join conditions with and, or")
                continue
            if isinstance(operator, ast.In | ast.NotIn) != a_list:
                raise self._error(
                    right, "in and a list belong together", 'stage in ["II", "III"]'
                )
            is_word = isinstance(operator, ast.Is | ast.IsNot)
            if is_word and self._side(right) is not None:
                raise self._error(right, "is compares with None only", "use ==")

    def _check_column(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        names = [side for side in sides if isinstance(side, _NAMED)]
        if not any(isinstance(self._side(name), _Name) for name in names):
            word = self._text_of(names[0]) if names else "true"
            raise self._error(
                node,
                "the comparison names no column",
                f'a column called {word} stands in backticks: `{word}` == "x"',
            )

    def _side(self, node: ast.expr) -> _Name | Constant:
        """A column or a constant."""
        if isinstance(node, ast.Name):
            name = self._name(node)
            # In backticks, and only there, these words can be columns.
            if name.name in WORDS and name.position not in self._ticks:
                return WORDS[name.name]
            return self._found.setdefault(name.name, name)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            table = self._name(node.value)
            column = replace(self._name(node), table=table.name.lower())
            return self._of_tables.setdefault((column.table, column.name), column)
        if isinstance(node, ast.Constant):
            found = node.value
            if found is None or isinstance(found, str | bool | int):
                return found
            if isinstance(found, float) and np.isfinite(found):
                return found
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            number = node.operand
            if isinstance(number, ast.Constant) and type(number.value) in (int, float):
                value = self._side(number)
                assert isinstance(value, int | float)
                return -value if isinstance(node.op, ast.USub) else value
        raise self._unknown(node)

    def _name(self, node: ast.Name | ast.Attribute) -> _Name:
        """The name that a node is, or that stands behind the dot of one."""
        # Offsets count UTF-8 bytes; the parser's own name is normalised, ours is not.
        data, start = self._source.encode(), node.col_offset
        if isinstance(node, ast.Attribute):
            after = data[node.value.end_col_offset : node.end_col_offset]
            name = after.partition(b".")[2].lstrip()
            start = (node.end_col_offset or 0) - len(name)
        text = data[start : node.end_col_offset].decode()
        position = len(data[:start].decode())
        quoted = self._ticks.get(position)
        return _Name(text if quoted is None else quoted, position)

    def _truth(
        self, node: ast.expr, fields: Mapping[str, Field], count: int
    ) -> BoolArray:
        if isinstance(node, ast.BoolOp):
            parts = [self._truth(part, fields, count) for part in node.values]
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return np.asarray(join.reduce(parts))
        if isinstance(node, ast.UnaryOp):
            return ~self._truth(node.operand, fields, count)
        if isinstance(node, ast.Compare):
            return self._compare(node, fields, count)
        side = self._side(node)
        if not isinstance(side, _Name):
            return np.full(count, side is True)
        if fields[side.name].kind != "yesno":
            raise self._error(
                node, f"{side.name} is not yes or no", f"compare it: {side.name} == ..."
            )
        field = fields[side.name]
        return field.spread(np.array([v is True for v in field.values], bool))

    def _compare(
        self, node: ast.Compare, fields: Mapping[str, Field], count: int
    ) -> BoolArray:
        result = np.ones(count, bool)
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            try:
                result &= self._one(operator, left, right, fields)
            except ValueError as error:
                if isinstance(error, ExpressionError):
                    raise
                raise self._error(left, str(error)) from error
            left = right
        return result

    def _one(
        self,
        operator: ast.cmpop,
        left: ast.expr,
        right: ast.expr,
        fields: Mapping[str, Field],
    ) -> BoolArray:
        first = self._field(left, fields)
        if _looks_inside(operator, left, right):
            inside = contains(self._field(right, fields), str(first.values[0]))
            return ~inside if isinstance(operator, ast.NotIn) else inside
        if isinstance(right, ast.List | ast.Tuple | ast.Set):
            items = [self._side(item) for item in right.elts]
            chosen = [item for item in items if not isinstance(item, _Name)]
            found = is_in(first, chosen)
            return ~found if isinstance(operator, ast.NotIn) else found
        return compare(type(operator), first, self._field(right, fields))

    def _field(self, node: ast.expr, fields: Mapping[str, Field]) -> Field:
        side = self._side(node)
        if isinstance(side, _Name):
            return fields[side.name]
        return Field.of_constant(side)

    def _unknown(self, node: ast.expr) -> ExpressionError:
        if isinstance(node, ast.BinOp):
            return self._error(
                node, "the expression calculates", "join conditions with and, or"
            )
        if isinstance(node, ast.Call):
            return self._error(node, "the expression calls a function")
        if isinstance(node, ast.Attribute):
            return self._error(
                node,
                "the expression names something with dots",
                "a name that holds dots stands in backticks: `a.b.c`",
            )
        return self._error(
            node,
            "the expression holds something that is not a condition",
            'columns, ==, <, in, and, or, not: stage in ["II", "III"] and age >= 60',
        )

    def _error(self, node: ast.expr, message: str, hint: str = "") -> ExpressionError:
        position = len(self._source.encode()[: node.col_offset].decode())
        return ExpressionError(
            f"{message} (at character {position + 1})", hint, position
        )


def parse_expression(text: str) -> Expression:
    """Read a condition on rows.

    Columns stand by their names (in backticks if they hold blanks or signs, where a
    backtick of the name stands twice), perhaps behind their table and a dot, texts in
    quotes, ``missing`` for no value.
    Known are ``== != < <= > >=``, ``in`` and ``not in`` with a list, ``"part" in
    column`` for a part of a text in any case, ``and``, ``or``, ``not`` and brackets.

    Raises
    ------
    ExpressionError
        With the position of what cannot be understood.
    """
    return Expression(text)


def select(text: str, fields: Mapping[str, Field]) -> BoolArray:
    """Rows of typed columns that meet a condition; as `Expression.mask`."""
    return parse_expression(text).mask(fields)


def select_rows(text: str, table: TableView) -> BoolArray:
    """Rows of a table that meet a condition, by position; as `Expression.mask`."""
    names = [column.name for column in table.columns]
    expression = parse_expression(text).at_home({(table.name, n): n for n in names})
    expression.check_names(names)
    fields = {
        name: typed_field(table.texts(name), table.column(name))
        for name in expression.names
    }
    return expression.mask(fields, len(table))


def _looks_inside(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
    """Whether this is ``"part" in column``."""
    quoted = isinstance(left, ast.Constant) and isinstance(left.value, str)
    is_in = isinstance(operator, ast.In | ast.NotIn)
    return is_in and quoted and isinstance(right, _NAMED)


def _not_there(name: _Name, names: Mapping[tuple[str, str], str]) -> ExpressionError:
    """Why a column that is named with its table cannot be found among these."""
    at = f"(at character {name.position + 1})"
    theirs = [shown_name(column) for table, column in names if table == name.table]
    if any(theirs):
        return ExpressionError(
            f"the {name.table} table has no column {name.name!r} {at}",
            f"its columns: {some_of(theirs, name.name)}",
            name.position,
        )
    tables = [t for t in dict.fromkeys(t for t, _ in names) if t != name.table]
    return ExpressionError(
        f"there is no table {name.table!r} here {at}",
        "a name that holds a dot stands in backticks"
        + (f"; tables: {', '.join(tables)}" if tables else ""),
        name.position,
    )
