"""Columns that come or go between others that stay: no need to show all anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pathgui.gui.tables.content import Content, Field
from pathgui.project import Edit


@dataclass(frozen=True, slots=True)
class Splice:
    """One stretch of columns in place of another.

    Attributes
    ----------
    first : int
        Where the stretch begins.
    gone, come : int
        How many columns go and come there. If as many come as go, these are the same
        columns with other names or definitions.
    """

    first: int
    gone: int
    come: int

    @property
    def last(self) -> int:
        """The last column of the stretch."""
        return self.first + max(self.gone, self.come) - 1


def only_columns(edit: Edit) -> bool:
    """Whether columns are all that an edit changes, with the texts they hold."""
    changed = {
        (change.table, column.name)
        for change in edit.columns
        for column in (change.old, change.new)
        if column is not None
    }
    return bool(changed) and not edit.rows_of and edit.places <= changed


def splice(before: Content, after: Content, names: Mapping[str, str]) -> Splice | None:
    """What tells two contents apart, or None if it is more than one stretch of columns.

    `names` are the new ones of columns by the old, as ``table.column``.
    """
    if not before.main or not _same_rows(before, after):
        return None
    old, new = before.fields, after.fields
    most = min(len(old), len(new))
    first = _alike(old, new, range(most))
    behind = _alike(old, new, range(-1, first - most - 1, -1))
    gone, come = len(old) - first - behind, len(new) - first - behind
    if gone and come:
        pairs = zip(old[first:], new[first : first + come], strict=False)
        called = all(names.get(a.name, a.name) == b.name for a, b in pairs)
        if gone != come or not called:
            return None
    return Splice(first, gone, come)


def _alike(old: Sequence[Field], new: Sequence[Field], places: range) -> int:
    """How many columns are the same in both, from one end on."""
    for number, place in enumerate(places):
        a, b = old[place], new[place]
        # A definition that did not change is the same object.
        if a.column is not b.column or a.table != b.table or a.key != b.key:
            return number
    return len(places)


def _same_rows(before: Content, after: Content) -> bool:
    return before.rows.keys() == after.rows.keys() and all(
        np.array_equal(rows, after.rows[name]) for name, rows in before.rows.items()
    )
