"""A project through edits, undo, saves, crashes and other programs, at random."""

import csv
import random

import pytest

from pathgui.errors import PathguiError
from pathgui.project import (
    Column,
    Edit,
    Project,
    add_column,
    define_column,
    delete_column,
    rename_column,
)
from pathgui.project.tablefile import load

MANIFEST = "metadata/slide_manifest.csv"
STEPS = 25


class Life:
    """What happens to a project, drawn by lot."""

    def __init__(self, root, seed):
        self.root, self.lot = root, random.Random(seed)
        self.project = Project.create(root)
        rows = [{"slide_id": f"s{k}", "path": f"p{k}", "cohort": "A"} for k in range(5)]
        self.project.apply(Edit("Add", added=self.table.new_rows(rows)))
        self.project.save()
        self.made = []
        self.number = 0

    @property
    def table(self):
        return self.project.manifest

    def cells(self):
        return {
            column.name: self.table.texts(column.name).tolist()
            for column in self.table.columns
        }

    def own(self):
        names = [column.name for column in self.table.columns]
        return [name for name in names if name.startswith("own")]

    def step(self):
        self.number += 1
        deeds = (self.edit, self.undo, self.save, self.merge, self.crash)
        self.lot.choices(deeds, (60, 10, 8, 10, 12))[0]()

    def edit(self):
        edit = self.draw()
        if edit:
            self.project.apply(edit)
            self.made.append(edit)

    def draw(self):
        lot, table, own = self.lot, self.table, self.own()
        rows, name = table.row_ids, f"own {self.number}"
        new = {"slide_id": f"n{self.number}", "path": "p", "cohort": "A"}
        deeds = [
            lambda: add_column(table, Column(name)),
            lambda: Edit("a", added=table.new_rows([new])),
        ]
        if rows:
            deeds += [self.draw_cells] * 3
            deeds += [lambda: Edit("r", removed=table.gone_rows([lot.choice(rows)]))]
        if own:
            one = lot.choice(own)
            deeds += [
                lambda: rename_column(table, one, name),
                lambda: define_column(table, Column(one, "category")),
                lambda: delete_column(table, one),
            ]
        return lot.choice(deeds)()

    def draw_cells(self):
        table, rows = self.table, self.table.row_ids
        column = self.lot.choice([*self.own(), "staining"])
        chosen = self.lot.sample(rows, min(2, len(rows)))
        text = f"v{self.number}"
        return Edit("c", tuple(table.cell(row, column, text) for row in chosen))

    def undo(self):
        if self.made:
            try:
                self.project.apply(self.made.pop().inverse())
            except PathguiError:
                self.made.clear()  # of rows or columns that others took away

    def save(self):
        self.project.save()

    def outside(self):
        """Another program changes a cell, takes a row away, adds one or a column."""
        file = self.root / MANIFEST
        with file.open(newline="") as opened:
            rows = list(csv.reader(opened))
        deed = self.lot.choice(["cell", "cell", "less", "row", "column"])
        if deed in ("cell", "less") and len(rows) > 1:
            place = self.lot.randrange(1, len(rows))
            if deed == "less":
                rows.pop(place)
            else:
                rows[place][self.lot.randrange(3, len(rows[0]))] = f"o{self.number}"
        elif deed == "row":
            rows.append([f"x{self.number}", "q", "A", *[""] * (len(rows[0]) - 3)])
        else:
            for place, row in enumerate(rows):
                row.append("" if place else f"theirs {self.number}")
        with file.open("w", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows(rows)

    def merge(self):
        self.outside()
        store, before = self.table.store, self.cells()
        mine = {place: self.table.text(*place) for place in store.base_cells}
        how = self.lot.choice(["cell", "cell", "ours", "theirs"])
        self.project.merge("manifest", how)
        if how == "cell":
            assert {place: self.table.text(*place) for place in mine} == mine
        elif how == "theirs":
            there = load(self.root / MANIFEST, ()).store
            now = self.cells()
            assert {n: now[n] for n in there.header} == {
                n: there.texts(n).tolist() for n in there.header
            }
        else:
            assert sorted(zip(*self.cells().values(), strict=True)) == sorted(
                zip(*(before[name] for name in self.cells()), strict=True)
            )
        self.project.save()

    def crash(self):
        before = self.cells()
        self.project.close()
        meddled = self.lot.random() < 0.4
        if meddled:
            self.outside()
        self.project = Project.open(self.root)
        self.made.clear()
        assert meddled or self.cells() == before


@pytest.mark.parametrize("seed", range(8))
def test_that_nothing_is_lost_whatever_happens_to_a_project(tmp_path, seed):
    life = Life(tmp_path / "study", seed)
    for _ in range(STEPS):
        life.step()
    life.project.save()
    before = life.cells()
    life.project.close()
    with Project.open(life.root, write=False) as reader:
        life.project = reader
        assert life.cells() == before
