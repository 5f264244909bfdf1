"""What a sheet of a workbook shows that its texts alone do not tell.

Errors, merged cells, hidden rows and columns, and formulas that were never worked out:
all of it is read as well as can be, and told with the first place, such as ``B7``.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

_PARTS = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"""\b(\w+)\s*=\s*["']([^"']*)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_HIDDEN = (b"1", b"true")
_BLOCK = 1 << 20


@dataclass(slots=True)
class SheetNotes:
    """What was found in a sheet; rows and columns count from 1.

    Attributes
    ----------
    errors : dict of str to str
        Error by its cell, such as ``#N/A``.
    merged : list of (first column, first row, last column, last row)
        Areas of merged cells.
    rows, columns : list of int
        Hidden ones.
    formulas : list of str
        Cells whose formula was saved without what it comes to.
    has_formulas : bool
        Whether any cell holds a formula.
    """

    errors: dict[str, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    has_formulas: bool = False

    def read_parts(self, path: Path, sheet: str, width: int, height: int) -> None:
        """Find what stands beside the cells, up to a column and row; OSError etc."""
        count = 0
        with zipfile.ZipFile(path) as packed:
            name = _sheet_file(packed, sheet)
            self.has_formulas = not name  # they are looked for then
            for kind, inside in self._parts(packed, name) if name else ():
                told = dict(_ATTRIBUTE.findall(inside))
                if kind == b"row":
                    count = int(told.get(b"r", count + 1))
                    if told.get(b"hidden") in _HIDDEN and count <= height:
                        self.rows.append(count)
                elif kind == b"col" and told.get(b"hidden") in _HIDDEN:
                    last = min(int(told[b"max"]), width)
                    self.columns += range(int(told[b"min"]), last + 1)
                elif kind == b"mergeCell":
                    self._merge(told.get(b"ref", b"").decode())

    def _parts(
        self, packed: zipfile.ZipFile, name: str
    ) -> Iterator[tuple[bytes, bytes]]:
        """Kind and attributes of the parts of a sheet, without building its tree."""
        tail = b""
        with packed.open(name) as stream:
            while block := stream.read(_BLOCK):
                data = tail + block
                end = data.rfind(b"<")  # what comes behind may be cut
                whole, tail = data[: max(end, 0)], data[max(end, 0) :]
                self.has_formulas = self.has_formulas or bool(_FORMULA.search(whole))
                yield from _PARTS.findall(whole)

    def _merge(self, area: str) -> None:
        if found := _AREA.fullmatch(area):
            from openpyxl.utils import column_index_from_string as number

            left, top, right, bottom = found.groups()
            place = (number(left), int(top), number(right), int(bottom))
            self.merged.append(place)

    def warnings(self, texts: list[list[str]], first: int) -> list[str]:
        """All of it in sentences.

        Parameters
        ----------
        texts : list of list of str
            Rows of the sheet from its first, as they were read.
        first : int
            Row of the header; what lies above it is no part of the table.
        """
        from openpyxl.utils import get_column_letter

        width = max(map(len, texts[first - 1 :]), default=0)
        last = len(texts)
        columns = [get_column_letter(k) for k in self.columns if k <= width]
        return [
            words
            for words in (
                self._errors(),
                self._merged(texts, first),
                _hidden("row", [str(k) for k in self.rows if first < k <= last]),
                _hidden("column", columns),
                self._formulas(),
            )
            if words
        ]

    def _errors(self) -> str:
        if not self.errors:
            return ""
        kinds = ", ".join(sorted(set(self.errors.values())))
        many = _many(len(self.errors), "cell holds an error", "cells hold errors")
        return (
            f"{many} of the spreadsheet ({kinds}), first {next(iter(self.errors))}; "
            "they are read as texts. Mend them there, or empty the cells here."
        )

    def _merged(self, texts: list[list[str]], first: int) -> str:
        from openpyxl.utils import get_column_letter as letters

        def is_filled(column: int, row: int) -> bool:
            return row <= len(texts) and any(texts[row - 1][column - 1 : column])

        found = [
            f"{letters(a)}{top}:{letters(b)}{bottom}"
            for a, top, b, bottom in self.merged
            if bottom >= first and is_filled(a, top)
        ]
        if not found:
            return ""
        many = _many(len(found), "area of merged cells", "areas of merged cells")
        return (
            f"{many}, first {found[0]}: the text stands in the first cell of each, "
            "the others are empty here. Split and fill them in the spreadsheet if the "
            "text is meant for all."
        )

    def _formulas(self) -> str:
        if not self.formulas:
            return ""
        many = len(self.formulas)
        words = _many(many, "cell holds a formula", "cells hold formulas")
        return (
            f"{words} whose value was not saved, and {'is' if many == 1 else 'are'} "
            f"missing here, first {self.formulas[0]}; open and save the workbook in a "
            "spreadsheet first."
        )


def uncomputed(
    formulas: Iterable[Iterable[Any]], values: Iterable[Iterable[Any]]
) -> list[str]:
    """Cells of formulas that were saved without what they come to.

    Both are rows of a sheet, once with formulas and once with values. A formula that
    comes to an empty text says so by its type.
    """
    return [
        cell.coordinate
        for row, computed in zip(formulas, values, strict=False)
        for cell, value in zip(row, computed, strict=False)
        if cell.data_type == "f" and value.value is None and value.data_type != "str"
    ]


def _many(count: int, one: str, several: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {several}"


def _hidden(noun: str, places: list[str]) -> str:
    if not places:
        return ""
    if len(places) == 1:
        return (
            f"The {noun} {places[0]} is hidden in the sheet, and is read all the same."
        )
    return (
        f"{len(places):,} {noun}s are hidden in the sheet, first {noun} {places[0]}, "
        "and are read all the same."
    )


def _sheet_file(packed: zipfile.ZipFile, sheet: str) -> str:
    """Where in a workbook a sheet is kept; empty if it is not where they all are."""
    from defusedxml.ElementTree import fromstring

    relation = ""
    parts = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    if not {*parts} <= {*packed.namelist()}:
        return ""
    for node in fromstring(packed.read(parts[0])).iter():
        if _plain(node.tag) == "sheet" and node.get("name") == sheet:
            names = {_plain(name): text for name, text in node.attrib.items()}
            relation = names["id"]
    for node in fromstring(packed.read(parts[1])).iter():
        if node.get("Id") == relation:
            target = str(node.get("Target"))
            inside = PurePosixPath("/xl", target).as_posix()
            return inside.removeprefix("/")
    return ""


def _plain(tag: str) -> str:
    return str(tag).rpartition("}")[2]
