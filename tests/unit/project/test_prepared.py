"""An edit in two halves: prepared beside the tables, then put in place at once."""

import pytest

from pathgui.errors import TableError
from pathgui.project import Cell, Column, Edit, Project, add_column


@pytest.fixture
def study(project, fill):
    fill(project, *(f"s{k}" for k in range(6)), staining="HE")
    project.save()
    return project


def kinds(project):
    table = project.manifest
    rows = table.row_ids
    return {
        "cells": Edit("a", tuple(table.cell(row, "staining", "x") for row in rows)),
        "rows go": Edit("b", removed=table.gone_rows(rows[1:4])),
        "rows come": Edit("c", added=table.new_rows([{"slide_id": "n", "path": "n"}])),
        "a column comes": add_column(table, Column("block")),
    }


@pytest.mark.parametrize("kind", ["cells", "rows go", "rows come", "a column comes"])
def test_that_two_halves_do_what_one_edit_does(study, root, kind):
    before = study.manifest.frame()
    edit = kinds(study)[kind]
    study.prepare(edit)
    assert study.manifest.frame().equals(before)
    study.finish()
    made = study.manifest.frame()
    assert not made.equals(before)
    study.prepare(edit.inverse())
    study.finish()
    assert study.manifest.frame().equals(before)
    study.apply(edit)
    assert study.manifest.frame().equals(made)
    study.close()
    with Project.open(root) as again:
        assert again.manifest.frame().equals(made)


def test_that_what_is_prepared_is_not_lost_by_a_crash_nor_by_another_edit(study, root):
    edit = kinds(study)["cells"]
    study.prepare(edit)
    row = study.manifest.find("s1")
    study.apply(Edit("tissue", (Cell("manifest", row, "tissue_type", "", "lung"),)))
    assert study.manifest.text(row, "staining") == "x"
    study.prepare(edit.inverse())
    study.save()
    assert study.manifest.text(row, "staining") == "HE"
    study.prepare(edit)
    study.close()
    with Project.open(root) as again:
        assert again.manifest.text(row, "staining") == "x"
        assert again.manifest.text(row, "tissue_type") == "lung"


def test_that_an_edit_that_does_not_fit_prepares_nothing(study):
    wrong = Edit("x", (Cell("manifest", 99, "staining", "", "y"),))
    with pytest.raises(TableError):
        study.prepare(wrong)
    assert study.finish() == []


def test_that_a_long_line_of_the_journal_reads_as_a_short_one(study, root):
    rows = [{"slide_id": f"n{k}", "path": f"é{k}"} for k in range(1201)]
    study.apply(Edit("many", added=study.manifest.new_rows(rows)))
    frame = study.manifest.frame()
    study.close()
    with Project.open(root) as again:
        assert again.manifest.frame().equals(frame)
