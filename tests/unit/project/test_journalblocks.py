"""Many new rows are journalled as columns, and come back after a crash."""

import json

import pytest

from pathgui.errors import TableError
from pathgui.project import Project, apply_import, plan_import, table_from_text
from pathgui.project.layout import HISTORY, JOURNAL

COUNT = 2500


@pytest.fixture
def text():
    rows = [f'P{k},"say ""{k}""",,ä{k}\n' for k in range(COUNT)]
    return "pid,note,empty,name\n" + "".join(rows)


def test_that_rows_of_a_large_import_survive_a_crash(root, text):
    crashed = Project.create(root)
    apply_import(crashed, plan_import(crashed, table_from_text(text)))
    line = (root / JOURNAL).read_text("utf-8").splitlines()[-1]
    assert json.loads(line)["blocks"][0][:3] == ["clinical", 0, COUNT]
    crashed.close()
    with Project.open(root) as project:
        assert project.recovered == 1
        assert len(project.clinical) == COUNT
        row = project.clinical.row(COUNT - 1)
        assert (row["note"], row["name"]) == ('say "2499"', "ä2499")
        assert row["empty"] == ""
        project.save()
    saved = json.loads((root / HISTORY).read_text("utf-8").splitlines()[-1])
    assert saved["added"][-1] == ["clinical", COUNT - 1, "P2499"]
    assert len(saved["added"]) == COUNT


def test_that_text_no_file_can_hold_leaves_journal_and_table_as_they_were(root, text):
    with Project.create(root) as project:
        table = table_from_text(text)
        table.columns["note"][COUNT - 1] = "\ud800"
        plan = plan_import(project, table)
        with pytest.raises(TableError, match="no file can hold"):
            apply_import(project, plan)
        assert not len(project.clinical)
        journal = root / JOURNAL
        assert not journal.exists() or journal.read_bytes() == b""
