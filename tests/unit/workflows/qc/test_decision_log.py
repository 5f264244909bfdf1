"""Decisions of several people: one log, one manifest, nobody overwritten."""

import subprocess
import sys

import pytest

from pathgui.errors import ProjectError
from pathgui.project import Edit, Project
from pathgui.workflows.qc import reasons
from pathgui.workflows.qc.catch_up import news, remember
from pathgui.workflows.qc.log import latest, latest_by, log_file, read_from, read_log
from pathgui.workflows.qc.tiles import excluded_boxes, log_tiles, tiles_file
from pathgui.workflows.review import Decision, log_decision, log_decisions

WRITE = """
import sys
from pathgui.project import Project
from pathgui.workflows.review import Decision, log_decision
with Project.open(sys.argv[1], write=False) as project:
    for number in range(25):
        log_decision(project, Decision(f"S{number}", "flag", "a\\nb", "", sys.argv[2]))
"""


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "study") as opened:
        rows = [
            {"slide_id": f"S{k}", "path": f"S{k}.svs", "cohort": "c"} for k in range(4)
        ]
        opened.apply(Edit("rows", added=opened.manifest.new_rows(rows)))
        yield opened


def test_that_two_people_who_log_at_once_lose_no_line(project):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(project.root), name])
        for name in ("Ada", "Bo")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    entries = read_log(log_file(project))
    assert len(entries) == 50
    by = latest_by(entries)
    assert {name: len(found) for name, found in by.items()} == {"Ada": 25, "Bo": 25}
    assert {entry.reason for entry in entries} == {"a\nb"}


def test_that_the_manifest_follows_what_another_person_logs(project):
    log_decision(project, Decision("S0", "pass", reviewer="Ada"))
    remember(project, news(project).offset)
    log_decisions(
        project,
        [
            Decision("S1", "flag", "fold", reviewer="Bo"),
            Decision("S2", "exclude", reviewer="Bo"),
            Decision("S2", "", reviewer="Bo"),
            Decision("gone", "pass", reviewer="Bo"),
        ],
    )
    found = news(project)
    assert len(found.entries) == 4
    project.apply(found.edit)
    remember(project, found.offset)
    texts = {
        project.manifest.text(row, "slide_id"): project.manifest.text(row, "qc_status")
        for row in project.manifest.row_ids
    }
    assert texts == {"S0": "", "S1": "flag", "S2": "", "S3": ""}
    again = news(project)
    assert again.edit is None
    assert again.entries == ()


def test_that_a_half_written_line_waits_until_it_is_whole(project):
    log_decision(project, Decision("S0", "pass"))
    file = log_file(project)
    _, offset = read_from(file, 0)
    line = b"2026-11-28T10:00:00+00:00,S1,flag,,,Bo\n"
    with file.open("ab") as opened:
        opened.write(line[:20])
    assert read_from(file, offset) == ([], offset)
    with file.open("ab") as opened:
        opened.write(line[20:])
    entries, end = read_from(file, offset)
    assert [entry.slide_id for entry in entries] == ["S1"]
    assert end == file.stat().st_size


def test_that_a_log_with_a_column_of_its_own_keeps_it(project):
    file = log_file(project)
    file.write_text("slide_id,qc_status,room\nS0,pass,12\n")
    log_decision(project, Decision("S1", "flag", "fold", reviewer="Ada"))
    assert file.read_text().splitlines()[-1] == "S1,flag,"
    assert latest(read_log(file))["S1"].status == "flag"


def test_that_a_damaged_log_gives_what_can_be_read(project):
    file = log_file(project)
    file.write_bytes(b"time,slide_id,qc_status\n,S0,pass\n\xff\xfe\0,\n")
    assert latest(read_log(file))["S0"].status == "pass"
    assert read_log(file.with_name("nowhere.csv")) == []


def test_that_reasons_live_in_the_project_file_and_keep_its_comments(project):
    toml = project.root / "pathgui.toml"
    toml.write_text("# ours\n" + toml.read_text())
    assert reasons.reasons(project) == reasons.DEFAULT
    project.apply(reasons.choosing_reasons(project, ["Blood", " fold ", ""]))
    assert reasons.reasons(project) == ("Blood", "fold")
    assert "# ours" in toml.read_text()
    with Project.open(project.root, write=False) as other:
        assert reasons.reasons(other) == ("Blood", "fold")


@pytest.mark.parametrize("words", [[], ["  "], ["a;b"], ["Fold", "fold"]])
def test_that_a_list_of_reasons_that_cannot_work_is_refused(project, words):
    with pytest.raises(ProjectError):
        reasons.choosing_reasons(project, words)


def test_that_reasons_of_a_decision_are_split_as_they_were_joined():
    assert reasons.split(reasons.join(["pen, blue", "fold"])) == ("pen, blue", "fold")
    assert reasons.split("pen mark, fold") == ("pen mark", "fold")
    assert reasons.split("") == ()


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")]
)
def test_that_logs_that_a_spreadsheet_saved_its_own_way_still_count(
    project, separator, encoding
):
    def resave(file):
        text = file.read_text("utf-8").replace(",", separator)
        file.write_bytes(text.encode(encoding))

    log_decision(project, Decision("S1", "exclude", "Blutgefäß", "", "Ada"))
    log_tiles(project, "S1", [(0, 0, 9, 9), (9, 0, 9, 9)], reviewer="Ada")
    for file in (log_file(project), tiles_file(project)):
        resave(file)
    assert latest(read_log(log_file(project)))["S1"].reason == "Blutgefäß"
    assert len(excluded_boxes(tiles_file(project))["S1"]) == 2
    log_decision(project, Decision("S2", "flag", "", "", "Bo"))
    log_tiles(project, "S1", [(9, 0, 9, 9)], restore=True, reviewer="Bo")
    assert set(latest(read_log(log_file(project)))) == {"S1", "S2"}
    assert excluded_boxes(tiles_file(project)) == {"S1": {(0, 0, 9, 9)}}
