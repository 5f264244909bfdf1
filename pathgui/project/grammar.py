"""The text of a condition, read into a tree of which everything is known.

Only names, constants, comparisons and the words and, or, not are let through; nothing
of it is ever run as a program.
"""

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pathgui.errors import ExpressionError
from pathgui.project.comparison import Constant
from pathgui.project.quoting import WORDS, shown_name, without_ticks

MAX_LENGTH = 10_000
_DEEPEST = 100
NAMED = ast.Name | ast.Attribute
LISTED = ast.List | ast.Tuple | ast.Set


@dataclass(frozen=True, slots=True)
class Name:
    """A column where it stands in the text, perhaps behind the name of its table."""

    name: str
    position: int
    table: str = ""


class Grammar:
    """A condition as it was written, and the tree that was read from it.

    Attributes
    ----------
    text : str
        As written.
    tree : ast.expr
        What was read; checked whole, so that whoever walks it meets no surprise.
    found : dict of str to Name
        Columns by name, in order of appearance.
    of_tables : dict of (str, str) to Name
        Columns that are named with their table, by table and name.

    Raises
    ------
    ExpressionError
        With the position of what cannot be understood.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._source, self._ticks = without_ticks(text)
        self.found: dict[str, Name] = {}
        self.of_tables: dict[tuple[str, str], Name] = {}
        self.tree = self._parse()
        self._data = self._source.encode()  # what is no text was refused
        self._check(self.tree, 0)

    def text_of(self, node: ast.expr) -> str:
        """A part as it was written."""
        stop = len(self._data[: node.end_col_offset].decode())
        return self.text[self.start_of(node) : stop]

    def start_of(self, node: ast.expr) -> int:
        """Where a part begins, in characters: offsets of the tree count bytes."""
        return len(self._data[: node.col_offset].decode())

    def with_names(self, new: Callable[[Name], str | None]) -> str:
        """The text with what is found for each name in its place, all at once."""
        text = self.text
        nodes = list(ast.walk(self.tree))
        tables = [node.value for node in nodes if isinstance(node, ast.Attribute)]
        places = [
            (self.start_of(node), self.text_of(node), node)
            for node in nodes
            if isinstance(node, NAMED) and node not in tables
        ]
        for start, old, node in sorted(places, key=lambda place: -place[0]):
            side = self.side(node)
            name = new(side) if isinstance(side, Name) else None
            if name is not None:
                text = text[:start] + shown_name(name) + text[start + len(old) :]
        return text

    def side(self, node: ast.expr) -> Name | Constant:
        """The column or constant that a part is."""
        if isinstance(node, ast.Name):
            name = self._name(node)
            # In backticks, and only there, these words can be columns.
            if name.name in WORDS and name.position not in self._ticks:
                return WORDS[name.name]
            return self.found.setdefault(name.name, name)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            table = self._name(node.value)
            column = replace(self._name(node), table=table.name.lower())
            return self.of_tables.setdefault((column.table, column.name), column)
        if isinstance(node, ast.Constant):
            found = node.value
            if found is None or isinstance(found, str | bool | int):
                return found
            if isinstance(found, float) and np.isfinite(found):
                return found
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            number = node.operand
            if isinstance(number, ast.Constant) and type(number.value) in (int, float):
                value = self.side(number)
                assert isinstance(value, int | float)
                return -value if isinstance(node.op, ast.USub) else value
        raise self._unknown(node)

    def error(self, node: ast.expr, message: str, hint: str = "") -> ExpressionError:
        """What is wrong with a part, and where that stands."""
        position = self.start_of(node)
        return ExpressionError(
            f"{message} (at character {position + 1})", hint, position
        )

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
            raise self.error(node, "the expression is nested too deeply")
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
        elif isinstance(node, NAMED):
            self.side(node)
        elif not (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
            raise self._unknown(node)

    def _check_side(self, node: ast.expr) -> None:
        if isinstance(node, LISTED):
            for item in node.elts:
                if isinstance(self.side(item), Name):
                    raise self.error(item, "a list holds numbers and quoted texts")
        else:
            self.side(node)

    def _check_operators(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            a_list = isinstance(right, LISTED)
            if looks_inside(operator, node.left, right):
                if len(node.ops) > 1:
                    raise self.error(node, "join conditions with and, or")
                continue
            if isinstance(operator, ast.In | ast.NotIn) != a_list:
                raise self.error(
                    right, "in and a list belong together", 'stage in ["II", "III"]'
                )
            is_word = isinstance(operator, ast.Is | ast.IsNot)
            if is_word and self.side(right) is not None:
                raise self.error(right, "is compares with None only", "use ==")

    def _check_column(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        names = [side for side in sides if isinstance(side, NAMED)]
        if not any(isinstance(self.side(name), Name) for name in names):
            word = self.text_of(names[0]) if names else "true"
            raise self.error(
                node,
                "the comparison names no column",
                f'a column called {word} stands in backticks: `{word}` == "x"',
            )

    def _name(self, node: ast.Name | ast.Attribute) -> Name:
        """The name that a node is, or that stands behind the dot of one."""
        # Offsets count UTF-8 bytes; the parser's own name is normalised, ours is not.
        data, start = self._data, node.col_offset
        if isinstance(node, ast.Attribute):
            after = data[node.value.end_col_offset : node.end_col_offset]
            name = after.partition(b".")[2].lstrip()
            start = (node.end_col_offset or 0) - len(name)
        text = data[start : node.end_col_offset].decode()
        position = len(data[:start].decode())
        quoted = self._ticks.get(position)
        return Name(text if quoted is None else quoted, position)

    def _unknown(self, node: ast.expr) -> ExpressionError:
        if isinstance(node, ast.BinOp):
            return self.error(
                node, "the expression calculates", "join conditions with and, or"
            )
        if isinstance(node, ast.Call):
            return self.error(node, "the expression calls a function")
        if isinstance(node, ast.Attribute):
            return self.error(
                node,
                "the expression names something with dots",
                "a name that holds dots stands in backticks: `a.b.c`",
            )
        return self.error(
            node,
            "the expression holds something that is not a condition",
            'columns, ==, <, in, and, or, not: stage in ["II", "III"] and age >= 60',
        )


def looks_inside(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
    """Whether this is ``"part" in column``."""
    quoted = isinstance(left, ast.Constant) and isinstance(left.value, str)
    is_in = isinstance(operator, ast.In | ast.NotIn)
    return is_in and quoted and isinstance(right, NAMED)
