"""A merge in two halves: fitted beside the table, then put in place at once."""

import threading

import pytest

from pathgui.errors import Cancelled, TableChangedError
from pathgui.project import Cell, Column, Edit, Project, config
from pathgui.project.opentable import OpenTable
from pathgui.project.watch import Watch
from pathgui.workflows.disk_changes import Answer, bring_together, disk_change

MANIFEST, CLINICAL = "metadata/slide_manifest.csv", "metadata/clinical_data.csv"


@pytest.fixture
def study(project, fill):
    fill(project, "a", "b", "c", cohort="lung")
    rows = [{"slide_id": key, "stage": "II"} for key in "abc"]
    project.apply(Edit("rows", added=project.clinical.new_rows(rows)))
    project.save()
    return project


def replace(root, file, old, new):
    path = root / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def edit(project, key, column, text, table="manifest"):
    held = project.table(table)
    project.apply(Edit(column, (held.cell(held.find(key), column, text),)))


def texts(project, column, table="manifest"):
    return project.table(table).texts(column).tolist()


def test_that_the_table_stays_until_it_is_finished_and_nothing_is_lost(study, root):
    edit(study, "a", "staining", "HE")
    replace(root, MANIFEST, "lung", "skin")
    merging = study.prepare_merge("manifest", "cell")
    assert texts(study, "cohort") == ["lung"] * 3
    assert merging.table.texts("cohort").tolist() == ["skin"] * 3
    before = study.manifest.store
    assert study.finish() == [before]
    assert texts(study, "cohort") == ["skin"] * 3
    assert texts(study, "staining") == ["HE", "", ""]
    study.save()
    with Project.open(root, write=False) as reader:
        assert texts(reader, "cohort") == ["skin"] * 3
        assert texts(reader, "staining") == ["HE", "", ""]


def test_that_closing_or_another_edit_puts_what_is_prepared_in_place(study, root):
    edit(study, "a", "staining", "HE")
    replace(root, MANIFEST, "lung", "skin")
    study.prepare_merge("manifest", "cell")
    edit(study, "b", "staining", "IHC")
    assert texts(study, "cohort") == ["skin"] * 3
    replace(root, MANIFEST, "skin", "gut")
    study.prepare_merge("manifest", "cell")
    study.close()
    with Project.open(root) as again:
        assert texts(again, "cohort") == ["gut"] * 3
        assert texts(again, "staining") == ["HE", "IHC", ""]


@pytest.mark.parametrize("while_reading", [True, False])
def test_that_a_type_that_another_program_sets_meanwhile_is_known_afterwards(
    study, root, monkeypatch, while_reading
):
    study.ensure_column("manifest", "age")
    study.save()
    typed = study.config.with_columns("manifest", {"age": Column("age", "integer")})
    replace(root, MANIFEST, "lung", "skin")
    load = OpenTable.load

    def settings_come(*args, **options):
        found = load(*args, **options)
        config.save(root, typed)
        assert study.reread_settings()
        return found

    if while_reading:
        monkeypatch.setattr(OpenTable, "load", settings_come)
        study.prepare_merge("manifest", "cell")
    else:
        study.prepare_merge("manifest", "cell")
        config.save(root, typed)
        assert study.reread_settings()
    study.finish()
    assert study.manifest.column("age").kind == "integer"
    assert texts(study, "cohort") == ["skin"] * 3


def test_that_cells_that_are_settled_come_back_with_the_rest_after_a_crash(study, root):
    edit(study, "a", "cohort", "ours")
    edit(study, "b", "cohort", "ours")
    replace(root, MANIFEST, "lung", "theirs")
    change = disk_change(study, "manifest")
    answer = Answer("cell", theirs={(study.manifest.find("a"), "cohort")})
    brought = bring_together(study, [(change, answer)])
    assert [conflict.key for conflict in brought.conflicts] == ["b"]
    study.close()
    with Project.open(root) as again:
        assert texts(again, "cohort") == ["theirs", "ours", "theirs"]
        again.apply(brought.edits[0].inverse())
        assert texts(again, "cohort") == ["ours", "ours", "lung"]


def test_that_a_table_written_again_is_left_alone_and_those_before_it_are_taken(
    study, root
):
    replace(root, MANIFEST, "lung", "skin")
    replace(root, CLINICAL, "II", "III")
    changes = [disk_change(study, name) for name in ("manifest", "clinical")]
    replace(root, CLINICAL, "III", "IV")
    brought = bring_together(study, [(each, Answer("theirs")) for each in changes])
    assert isinstance(brought.error, TableChangedError)
    study.finish()
    assert texts(study, "cohort") == ["skin"] * 3
    assert texts(study, "stage", "clinical") == ["II"] * 3
    assert len(brought.edits) == 1
    study.apply(brought.edits[0].inverse())
    assert texts(study, "cohort") == ["lung"] * 3


def test_that_who_asks_to_stop_changes_nothing(study, root):
    edit(study, "a", "staining", "HE")
    replace(root, MANIFEST, "lung", "skin")
    change = disk_change(study, "manifest")
    with pytest.raises(Cancelled):
        bring_together(study, [(change, Answer("cell"))], Watch(asked=lambda: True))
    assert study.finish() == []
    assert texts(study, "cohort") == ["lung"] * 3
    assert study.changed_on_disk() == ["manifest"]


@pytest.mark.parametrize("what", ["compare", "merge"])
def test_that_edits_wait_for_no_file_that_is_being_read(study, root, monkeypatch, what):
    reading, go_on, load = threading.Event(), threading.Event(), OpenTable.load

    def slowly(*args, **options):
        reading.set()
        assert go_on.wait(30)
        return load(*args, **options)

    replace(root, MANIFEST, "lung", "skin")
    monkeypatch.setattr(OpenTable, "load", slowly)
    look = {
        "compare": lambda: study.compare_with_disk("manifest"),
        "merge": lambda: study.prepare_merge("manifest", "cell"),
    }[what]
    other = threading.Thread(target=look)
    other.start()
    assert reading.wait(30)
    row = study.manifest.find("a")
    study.apply(Edit("staining", (Cell("manifest", row, "staining", "", "HE"),)))
    go_on.set()
    other.join(30)
    study.finish()
    assert texts(study, "staining") == ["HE", "", ""]
