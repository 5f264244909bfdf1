"""A project folder is made, opened, locked and closed."""

import errno
import json
import os
import socket
import subprocess
import sys
import time

import pytest
from filelock import FileLock

from pathgui.errors import PathguiError, ProjectError, TableError
from pathgui.project import Column, Edit, Project
from pathgui.project.lock import ProjectLock

HOLD = """
import sys
from pathgui.project import Project
project = Project.open(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


def holder(root):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline().strip() == b"open"
    return process


def test_that_a_new_project_has_its_folders_and_empty_tables(project, root):
    for folder in ("raw_slides", "processed", "features", "models", "results/runs"):
        assert (root / folder).is_dir()
    header = (root / "metadata/slide_manifest.csv").read_text("utf-8")
    assert header.startswith("slide_id,path,cohort,tissue_type,scanner,")
    assert len(project.manifest) == len(project.clinical) == 0
    assert not project.dirty
    assert project.name == "Study"


def test_that_a_project_is_not_made_over_another(project, root):
    with pytest.raises(ProjectError, match="is a project already"):
        Project.create(root)


def test_that_a_project_is_not_made_where_a_file_is_in_the_way(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProjectError, match="No project can be made"):
        Project.create(tmp_path / "file" / "study")


def test_that_a_folder_without_project_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match=r"holds no pathgui\.toml") as caught:
        Project.open(tmp_path)
    assert "pathgui new" in caught.value.hint


def test_that_a_project_of_a_newer_version_is_refused(project, root):
    project.close()
    file = root / "pathgui.toml"
    file.write_text(
        file.read_text().replace("schema_version = 1", "schema_version = 2")
    )
    with pytest.raises(ProjectError, match="newer version"):
        Project.open(root)


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        "name = 3",
        "[columns]\nmanifest = 3",
        "[patients]\nrule = '('",
        "[patients]\nrule = 'x'",
        "[columns.clinical.age]\nkind = 'colour'",
        "ÿ",
    ],
)
def test_that_a_damaged_configuration_is_one_clear_error(project, root, text):
    project.close()
    (root / "pathgui.toml").write_text(text, "latin-1")
    with pytest.raises(ProjectError, match=r"pathgui\.toml"):
        Project.open(root)


def test_that_settings_are_written_and_comments_stay(project, root):
    file = root / "pathgui.toml"
    file.write_text(file.read_text() + "\n# ours\n[extra]\nx = 1\n")
    project.configure(patient_rule="^(P[0-9]+)", defaults={"mpp": 0.5})
    project.close()
    text = file.read_text()
    assert "# ours" in text
    assert "[extra]" in text
    with Project.open(root) as again:
        assert again.config.patient_rule == "^(P[0-9]+)"
        assert again.config.defaults == {"mpp": 0.5}


def test_that_a_second_writer_is_told_who_has_the_project(project, root):
    project.close()
    process = holder(root)
    try:
        with pytest.raises(ProjectError) as caught:
            Project.open(root)
        assert f"process {process.pid}" in caught.value.message
        assert "another window or command of yours" in caught.value.message
        with Project.open(root, write=False) as reader:
            assert len(reader.manifest) == 0
    finally:
        process.communicate(b"\n")
    Project.open(root).close()


def test_that_a_killed_writer_leaves_the_project_free(project, root):
    project.close()
    process = holder(root)
    with pytest.raises(ProjectError, match=f"process {process.pid}"):
        Project.open(root)
    process.kill()
    process.communicate()
    with Project.open(root) as again:
        assert again.writable


def test_that_the_same_process_cannot_open_twice_for_writing(project, root):
    with pytest.raises(ProjectError, match=f"process {os.getpid()}"):
        Project.open(root)


def test_that_a_lock_without_readable_note_still_locks(project, root):
    (root / ".pathgui/lock.json").write_text("{")
    with pytest.raises(ProjectError, match="another window or command"):
        Project.open(root)
    (root / ".pathgui/lock.json").write_text(json.dumps({"pid": 1}))
    with pytest.raises(ProjectError, match="somebody on another computer"):
        Project.open(root)


class NoKernelLock(FileLock):
    """A disk whose kernel does not lock."""

    def acquire(self, *args, **kwargs):
        raise OSError(errno.ENOLCK, "No locks available")


def test_that_a_disk_without_kernel_locks_locks_by_a_file(project, root, monkeypatch):
    project.close()
    monkeypatch.setattr("pathgui.project.lock.FileLock", NoKernelLock)
    with (
        Project.open(root),
        pytest.raises(ProjectError, match=f"process {os.getpid()}"),
    ):
        Project.open(root)
    Project.open(root).close()


def test_that_the_lock_file_of_a_dead_process_is_taken_over(project, root, monkeypatch):
    project.close()
    monkeypatch.setattr("pathgui.project.lock.FileLock", NoKernelLock)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (root / ".pathgui/lock.soft").write_text("")
    note = {"host": socket.gethostname(), "pid": gone.pid, "user": "x", "time": "y"}
    (root / ".pathgui/lock.json").write_text(json.dumps(note | {"host": "elsewhere"}))
    with pytest.raises(ProjectError, match="on elsewhere"):
        Project.open(root)
    (root / ".pathgui/lock.json").write_text(json.dumps(note))
    Project.open(root).close()
    # Somebody else was quicker, and has not signed yet.
    (root / ".pathgui/lock.json").write_text(json.dumps(note))
    (root / ".pathgui/lock.soft").write_text("")
    later = time.time_ns() + 1_000_000_000
    os.utime(root / ".pathgui/lock.soft", ns=(later, later))
    with pytest.raises(ProjectError, match="is open in"):
        Project.open(root)


def test_that_a_folder_that_cannot_be_locked_says_so(project, root, monkeypatch):
    project.close()

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(NoKernelLock, "acquire", refuse)
    monkeypatch.setattr("pathgui.project.lock.FileLock", NoKernelLock)
    with pytest.raises(ProjectError, match="cannot be locked: Permission denied"):
        Project.open(root)


def test_that_half_written_files_of_a_killed_writer_are_swept(project, root):
    project.close()
    part = root / "metadata/.slide_manifest.csv.123.abcd1234.part"
    part.write_text("half")
    (root / "metadata/.hidden").write_text("somebody's")
    Project.open(root).close()
    assert not part.exists()
    assert (root / "metadata/.hidden").exists()


def test_that_a_reader_cannot_change_anything(project, root, fill):
    with Project.open(root, write=False) as reader:
        with pytest.raises(ProjectError, match="for reading only"):
            fill(reader, "a")
        with pytest.raises(ProjectError, match="for reading only"):
            reader.save()


def test_that_a_closed_project_cannot_be_changed(project, fill):
    project.close()
    with pytest.raises(ProjectError, match="is closed"):
        fill(project, "a")


def test_that_reading_writes_nothing(project, root, fill):
    fill(project, "a")
    project.save()
    project.close()
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*")}
    with Project.open(root, write=False) as reader:
        reader.manifest.frame()
        reader.folder("visualizations")
        list(reader.manifest.problems())
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*")} == before


def test_that_paths_in_the_project_are_relative_and_others_absolute(project, root):
    inside = root / "raw_slides" / "lung" / "a b.svs"
    assert project.stored_path(inside) == "raw_slides/lung/a b.svs"
    assert (
        project.stored_path(root.parent / "x.svs") == (root.parent / "x.svs").as_posix()
    )


def test_that_slides_and_results_are_found(project, root, fill):
    fill(project, "a", "b")
    assert project.slide_path("a") == root / "raw_slides/lung/a.svs"
    assert project.result_path("a") == root / "processed/lung/a.h5"
    assert project.result_path("a", "tiles") == root / "processed/lung/a.tiles.h5"
    assert project.cohorts() == {"lung": ["a", "b"]}
    with pytest.raises(ProjectError, match="no slide 'c'"):
        project.slide_path("c")


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "raw/../../x", "a\0b", "", "C:\\x.svs", "x" * 5000]
)
def test_that_a_hostile_path_is_an_error_of_its_row_only(project, fill, path):
    fill(project, "bad", path=path)
    fill(project, "good")
    words = "is not used" if path else "No file is named"
    with pytest.raises(ProjectError, match=words):
        project.slide_path("bad")
    assert project.slide_path("good").name == "good.svs"
    problems = list(project.manifest.problems())
    assert [(p.row, p.column) for p in problems] == [(0, "path")]


@pytest.mark.parametrize("cohort", ["../up", "a/b", "con", "all"])
def test_that_no_result_is_written_outside_of_processed(project, fill, cohort):
    fill(project, "a", cohort=cohort)
    with pytest.raises(ProjectError, match="has no result file"):
        project.result_path("a")
    with pytest.raises(ProjectError):
        project.check_cohort(cohort)


def test_that_a_recipe_name_cannot_lead_elsewhere(project, fill):
    fill(project, "a")
    with pytest.raises(ProjectError, match="has no result file"):
        project.result_path("a", "../x")


def test_that_a_cohort_is_not_called_like_a_slide(project, fill):
    fill(project, "a")
    with pytest.raises(ProjectError, match="is the id of a slide"):
        project.check_cohort("A")
    project.check_cohort("b")


def test_that_problems_name_each_cell_that_does_not_fit(project, fill):
    fill(project, "a", "a", "lung", mpp="big", qc_status="maybe")
    found = {(p.text, p.column): p.reason for p in project.manifest.problems()}
    assert found["a", "slide_id"] == "'a' stands in 2 rows"
    assert found["lung", "slide_id"] == "is the name of a cohort"
    assert found["big", "mpp"] == "'big' is not a number"
    assert found["maybe", "qc_status"] == "'maybe' is none of pass, flag, exclude"


def test_that_a_mended_cell_is_no_problem_any_more(project, fill, put):
    fill(project, "a", "b", mpp="big")
    assert project.manifest.problem(0, "mpp") != ""
    put(project, "a", "mpp", "0.5")
    assert project.manifest.problem(0, "mpp") == ""
    assert project.manifest.problem(1, "mpp") != ""
    assert project.manifest.value(0, "mpp") == 0.5
    assert project.manifest.value(1, "mpp") is None


def test_that_own_columns_keep_their_type(project, root):
    project.ensure_column("clinical", Column("os_days", "number", "days", 0))
    project.ensure_column("clinical", "os_days")
    project.save()
    project.close()
    with Project.open(root) as again:
        assert again.clinical.column("os_days") == Column(
            "os_days", "number", "days", 0
        )


@pytest.mark.parametrize("name", ["", " x", "\ufeffx"])
def test_that_a_column_needs_a_name_that_survives(project, name):
    with pytest.raises(TableError, match="cannot be the name"):
        project.ensure_column("manifest", name)


def test_that_a_damaged_manifest_is_named_with_its_line(project, root):
    project.close()
    file = root / "metadata/slide_manifest.csv"
    file.write_text("slide_id,path,cohort\na,b,c\nd,e\n")
    with (
        Project.open(root) as again,
        pytest.raises(TableError, match="line 3: 2 fields"),
    ):
        _ = again.manifest
    file.write_text("slide_id,path,slide_id\na,b,c\n")
    with (
        Project.open(root) as again,
        pytest.raises(TableError, match="several columns"),
    ):
        _ = again.manifest


def test_that_a_manifest_saved_by_a_spreadsheet_is_read_and_kept_so(project, root, put):
    project.close()
    file = root / "metadata/slide_manifest.csv"
    data = "\ufeffslide_id;path;cohort;mpp\r\n00123;raw/a;lung;0,5\r\n".encode()
    file.write_bytes(data)
    with Project.open(root) as again:
        assert again.manifest.text(0, "slide_id") == "00123"
        again.save()
        assert file.read_bytes() == data
        put(again, "00123", "cohort", "liver")
        again.save()
    head = file.read_bytes().split(b"\r\n")
    assert head[0].startswith(b"\xef\xbb\xbfslide_id;path;cohort;mpp;tissue_type")
    assert head[1].startswith(b"00123;raw/a;liver;0,5;")


def test_that_every_error_is_of_the_family_people_can_read(tmp_path):
    with pytest.raises(PathguiError):
        Project.open(tmp_path / "nowhere")


def test_that_an_edit_of_nothing_is_nothing(project):
    project.apply(Edit("Nothing"))
    assert not project.dirty


def test_that_two_who_make_a_project_at_once_do_not_undo_each_other(
    tmp_path, monkeypatch
):
    root, take = tmp_path / "study", ProjectLock.acquire

    def later(lock):
        monkeypatch.undo()
        with Project.create(root, "The quicker") as other:
            other.configure(defaults={"mpp": 0.5})
        take(lock)

    monkeypatch.setattr(ProjectLock, "acquire", later)
    with pytest.raises(ProjectError, match="is a project already"):
        Project.create(root, "The slower")
    with Project.open(root) as project:
        assert (project.name, project.config.defaults) == ("The quicker", {"mpp": 0.5})
