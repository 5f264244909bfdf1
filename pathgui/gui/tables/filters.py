"""Filters of columns as people type them, and the expression they stand for; no Qt."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pathgui.gui.style import state_of
from pathgui.gui.style.states import BY_COLUMN
from pathgui.gui.tables.looks import NUMERIC
from pathgui.gui.tables.orderedfilters import MISSING, Values, ordered
from pathgui.project import Column, parse_expression
from pathgui.project.quoting import bare_name, shown_name
from pathgui.project.renaming import renamed_condition

_CONDITION = re.compile(r"[=<>]|\b(not\s+)?in\b|\bis\s+(not\s+)?(None|missing)\b")
_NAME = r"(?:`(?:``|[^`])*`|[^\W\d]\w*)"
_TEXT = r'"(?:\\.|[^"\\])*"'
_VALUE = rf"(?:{_TEXT}|-?[\d.]+(?:e[+-]?\d+)?)"
_SIMPLE = re.compile(rf"^({_NAME}) (==|!=|<=|>=|<|>) ({_VALUE}|missing|true|false)$")
_RANGE = re.compile(rf"^({_VALUE}) <= ({_NAME}) <= ({_VALUE})$")
_ITEM = rf"(?:{_VALUE}|missing)"
_LIST = re.compile(rf"^({_NAME}) in \[({_ITEM}(?:, {_ITEM})*)\]$")
_INSIDE = re.compile(rf"({_TEXT}) in ({_NAME})")


def is_condition(text: str) -> bool:
    """Whether a text is meant as a condition, not as words to look for."""
    return _CONDITION.search(text) is not None


def to_expression(
    text: str, column: Column, values: Values, name: str | None = None
) -> str:
    """The condition a filter field stands for; empty for an empty field.

    Numbers and dates understand ``> 0.3``, ``<= 5``, ``0.2..0.5`` and ``2..``; all
    columns understand ``missing``, ``!`` (not) and commas (any of).

    Parameters
    ----------
    text : str
        What was typed.
    column : Column
        The column it is for.
    values : callable
        Gives the texts the column holds, to tell whole values from parts.
    name : str, optional
        What the expression calls the column; its own name by default.

    Raises
    ------
    ExpressionError
        If a text for a column of numbers or dates cannot be understood.
    """
    wanted, called = text.strip(), shown_name(name or column.name)
    if wanted.startswith("!") and not wanted.startswith("!="):
        inner = to_expression(wanted[1:], column, values, name)
        return f"not ({inner})" if inner else ""
    if wanted.casefold() == MISSING:
        return f"{called} == missing"
    if not wanted or wanted in ("<", ">", "=", "==", "<=", ">=", "!="):
        return ""
    if column.kind in NUMERIC or column.kind == "date":
        return ordered(wanted, called, column, values)
    if column.kind == "yesno" and wanted.casefold() in ("yes", "no"):
        return f'{called} == "{wanted.casefold()}"'
    return _words(wanted, called, column, values)


def _words(wanted: str, called: str, column: Column, values: Values) -> str:
    words = [word.strip() for word in wanted.split(",") if word.strip()]
    states = _of_state(column, words)
    if states is not None:
        return _any_of(called, states)
    exact = wanted.startswith("=")
    if exact:
        words[0] = words[0].lstrip("= ")
    if exact or column.kind == "category":
        known = {value.casefold(): value for value in values() if value}
        whole = [known.get(word.casefold(), word if exact else "") for word in words]
        if all(whole):
            return _any_of(called, whole)
    parts = [f"{quoted(word)} in {called}" for word in words]
    return " or ".join(parts)


def _of_state(column: Column, words: Sequence[str]) -> list[str] | None:
    """Values of a state column whose words hold one of these."""
    name, known = column.name, BY_COLUMN.get(column.name)
    if known is None:
        return None
    if not column.computed and (not column.choices or {*column.choices} - {*known}):
        return None  # a clinical column may be called status, too
    found = []
    for value in known:
        state = state_of(name, value)
        said = f"{value} {state.word if state else ''}".casefold()
        if any(word.casefold() in said for word in words):
            found.append(value)
    return found


def _any_of(called: str, values: Sequence[str]) -> str:
    items = [quoted(value) if value else MISSING for value in dict.fromkeys(values)]
    if len(items) == 1:
        return f"{called} == {items[0]}"
    return f"{called} in [{', '.join(items)}]"


def quoted(text: str) -> str:
    """A text as it stands in an expression."""
    return json.dumps(text, ensure_ascii=False)


def to_filter(part: str) -> tuple[str, str] | None:
    """Column and filter text of a condition that a filter field can say."""
    negated = part.startswith("not (") and part.endswith(")")
    if negated:
        inner = to_filter(part[5:-1])
        return None if inner is None else (inner[0], f"!{inner[1]}")
    for pattern, read in _READERS:
        match = pattern.match(part)
        if match:
            return read(match)
    return _insides(part) or _alternatives(part)


def _simple(match: re.Match[str]) -> tuple[str, str]:
    name, sign, value = match.groups()
    text = _plain(value)
    return bare_name(name), text if sign == "==" else f"{sign} {text}"


def _range(match: re.Match[str]) -> tuple[str, str]:
    low, name, high = match.groups()
    return bare_name(name), f"{_plain(low)}..{_plain(high)}"


def _list(match: re.Match[str]) -> tuple[str, str]:
    name, items = match.groups()
    values = [_plain(item) for item in re.findall(_ITEM, items)]
    return bare_name(name), ", ".join(values)


def _insides(part: str) -> tuple[str, str] | None:
    found = _INSIDE.findall(part)
    names = {name for _, name in found}
    again = " or ".join(f"{text} in {name}" for text, name in found)
    if len(names) != 1 or part != again:
        return None
    return bare_name(names.pop()), ", ".join(_plain(text) for text, _ in found)


def _alternatives(part: str) -> tuple[str, str] | None:
    """Comparisons of one column joined by ``or``."""
    pieces = part.split(" or ")
    found = [to_filter(piece) for piece in pieces] if len(pieces) > 1 else [None]
    said = [each for each in found if each is not None]
    if len(said) < len(found) or len({name for name, _ in said}) != 1:
        return None
    return said[0][0], ", ".join(text for _, text in said)


_READERS: tuple[tuple[re.Pattern[str], Callable[..., tuple[str, str]]], ...] = (
    (_SIMPLE, _simple),
    (_RANGE, _range),
    (_LIST, _list),
)


def _plain(value: str) -> str:
    return str(json.loads(value)) if value.startswith('"') else value


@dataclass(frozen=True, slots=True)
class FilterText:
    """What the view bar says: words, or conditions that must all be met.

    Attributes
    ----------
    text : str
        As it stands in the view bar.
    words : tuple of str
        Words to look for in any column.
    parts : tuple of str
        Conditions that all must be met.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @staticmethod
    def read(
        text: str, homes: Mapping[tuple[str, str], str] | None = None
    ) -> "FilterText":
        """Understand what was typed; ExpressionError if it is a broken condition.

        `homes` is what columns are called that are named with their table.
        """
        if not is_condition(text):
            return FilterText(text, tuple(text.split()))
        condition = parse_expression(text).at_home(homes or {})
        return FilterText(condition.text, (), tuple(condition.parts()))

    def but(self, old: str, new: str) -> "FilterText":
        """The same with one condition in place of another; empty ones are none."""
        parts = [part for part in self.parts if part != old]
        if new:
            place = self.parts.index(old) if old in self.parts else len(parts)
            parts.insert(place, new)
        text = self.text if self.words else joined(parts)
        return FilterText(text, self.words, tuple(parts))

    def renamed(self, names: Mapping[str, str]) -> "FilterText":
        """The same where columns are called otherwise in conditions."""
        if not self.parts:
            return self
        parts = tuple(renamed_condition(part, names) for part in self.parts)
        text = self.text if self.words else renamed_condition(self.text, names)
        return FilterText(text, self.words, parts)

    @property
    def condition(self) -> str:
        """All conditions as one expression; empty if there is none."""
        return joined(self.parts)


def joined(parts: Sequence[str]) -> str:
    """Conditions that must all be met as one expression."""
    if len(parts) == 1:
        return parts[0]
    bracketed = (f"({p})" if parse_expression(p).either else p for p in parts)
    return " and ".join(bracketed)
