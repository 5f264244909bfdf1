"""Choosing rows by an expression: ``cohort == "A" and stage in ["II", "III"]``.

The tree that `grammar` reads from the text is walked with whole columns.
"""

import ast
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pathgui.errors import ExpressionError, some_of
from pathgui.project.comparison import (
    Field,
    compare,
    contains,
    is_in,
    typed_field,
)
from pathgui.project.grammar import LISTED, Grammar, Name, looks_inside
from pathgui.project.quoting import shown_name
from pathgui.project.tableview import TableView

BoolArray = npt.NDArray[np.bool_]


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
        self._grammar = Grammar(text)
        self.names = tuple(self._grammar.found)

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
        return self._truth(self._grammar.tree, fields, count)

    def check_names(self, known: Mapping[str, object] | Sequence[str]) -> None:
        """Raise ExpressionError, which tells the known names, for an unknown one."""
        for of_table in self._grammar.of_tables.values():
            raise _not_there(of_table, {})
        for name in self._grammar.found.values():
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
        node = self._grammar.tree
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [self._grammar.text_of(part) for part in node.values]
        return [self._grammar.text_of(node)]

    def renamed(self, names: Mapping[str, str]) -> str:
        """The text with other names for these columns, all at once."""

        def new(side: Name) -> str | None:
            return None if side.table else names.get(side.name)

        return self._grammar.with_names(new)

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
        if not self._grammar.of_tables:
            return self
        for (table, name), at in self._grammar.of_tables.items():
            if (table, name) not in names:
                raise _not_there(at, names)
        return Expression(
            self._grammar.with_names(lambda s: names.get((s.table, s.name)))
        )

    @property
    def either(self) -> bool:
        """Whether it is met by one of several: brackets are needed beside others."""
        node = self._grammar.tree
        return isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)

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
        side = self._grammar.side(node)
        if not isinstance(side, Name):
            return np.full(count, side is True)
        if fields[side.name].kind != "yesno":
            raise self._grammar.error(
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
                raise self._grammar.error(left, str(error)) from error
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
        if looks_inside(operator, left, right):
            inside = contains(self._field(right, fields), str(first.values[0]))
            return ~inside if isinstance(operator, ast.NotIn) else inside
        if isinstance(right, LISTED):
            items = [self._grammar.side(item) for item in right.elts]
            chosen = [item for item in items if not isinstance(item, Name)]
            found = is_in(first, chosen)
            return ~found if isinstance(operator, ast.NotIn) else found
        return compare(type(operator), first, self._field(right, fields))

    def _field(self, node: ast.expr, fields: Mapping[str, Field]) -> Field:
        side = self._grammar.side(node)
        if isinstance(side, Name):
            return fields[side.name]
        return Field.of_constant(side)


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


def _not_there(name: Name, names: Mapping[tuple[str, str], str]) -> ExpressionError:
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
