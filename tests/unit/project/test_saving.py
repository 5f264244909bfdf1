"""Saving: old or new, never lost, never over somebody else's work."""

import errno
import itertools
import json
import os
import random
import subprocess
import sys
import threading

import pytest

from pathgui.errors import PathguiError, ProjectError, TableChangedError, TableError
from pathgui.project import Edit, Project
from pathgui.project.lock import user_name

MANIFEST = "metadata/slide_manifest.csv"

WORKER = """
import sys
from pathgui.project import Edit, Project
root = sys.argv[1]
with Project.open(root) as project:
    print(project.recovered, flush=True)
    table = project.manifest
    for number in range(10_000):
        rows = table.row_ids
        cells = tuple(table.cell(row, "qc_reason", str(number)) for row in rows)
        project.apply(Edit("count", cells))
        print(f"applied {number}", flush=True)
        project.save()
        print(f"saved {number}", flush=True)
"""


def test_that_saving_without_edits_leaves_every_byte(project, root, fill):
    project.close()
    data = b'slide_id,path,cohort\n"a","x/a",lung\nb,"x,""b""",lung'
    (root / MANIFEST).write_bytes(data)
    with Project.open(root) as again:
        assert len(again.manifest) == 2
        again.save()
    assert (root / MANIFEST).read_bytes() == data


def test_that_cells_nobody_edited_are_written_as_they_were(project, root, put):
    project.close()
    rows = 'slide_id,path,cohort,x\r\n00123,NA, lung ,"1,5"\r\n1e5,null,é,+\r\n'
    (root / MANIFEST).write_bytes(rows.encode())
    with Project.open(root) as again:
        put(again, "1e5", "staining", "HE")
        again.save()
    lines = (root / MANIFEST).read_bytes().decode().split("\r\n")
    assert lines[1].startswith('00123,NA, lung ,"1,5",')
    assert lines[2].startswith("1e5,null,é,+,")


def test_that_a_file_changed_by_others_is_not_overwritten(project, root, fill):
    fill(project, "a")
    project.save()
    fill(project, "b")
    theirs = (root / MANIFEST).read_bytes().replace(b"lung", b"liver")
    (root / MANIFEST).write_bytes(theirs)
    with pytest.raises(TableChangedError, match=r"slide_manifest\.csv"):
        project.save()
    assert (root / MANIFEST).read_bytes() == theirs
    assert project.changed_on_disk() == ["manifest"]
    assert project.dirty


def test_that_a_touched_file_is_saved_over(project, root, fill):
    fill(project, "a")
    project.save()
    os.utime(root / MANIFEST, (1, 1))
    fill(project, "b")
    project.save()
    assert not project.dirty


def test_that_nothing_is_written_if_one_of_two_tables_changed(project, root, fill):
    fill(project, "a")
    project.apply(Edit("row", added=project.clinical.new_rows([{"slide_id": "a"}])))
    before = (root / MANIFEST).read_bytes()
    (root / "metadata/clinical_data.csv").write_text("slide_id,patient_id\nx,y\n")
    with pytest.raises(TableChangedError, match=r"clinical_data\.csv"):
        project.save()
    assert (root / MANIFEST).read_bytes() == before


def test_that_a_version_tells_who_replaced_it_for_what_and_its_rows(project, fill, put):
    fill(project, "s1", "s2")
    project.save()
    put(project, "s1", "staining", "HE")
    put(project, "s1", "staining", "IHC")
    put(project, "s1", "scanner", "GT450")
    project.save()
    newest, oldest = project.versions("manifest")
    assert (newest.rows, oldest.rows) == (2, 0)
    assert newest.user == oldest.user == user_name()
    assert newest.labels == ("Edit staining", "Edit scanner")
    assert newest.before() == "before “Edit staining” and 1 more"
    (newest.path.parent / "slide_manifest.versions.json").write_text("[no")
    assert project.versions("manifest")[0].labels == ()
    put(project, "s1", "scanner", "other")
    project.save()
    assert project.versions("manifest")[0].labels == ("Edit scanner",)


def test_that_the_last_twenty_versions_are_kept(project, root, fill, put):
    fill(project, "a")
    project.save()
    for number in range(25):
        put(project, "a", "qc_reason", str(number))
        project.save()
    versions = project.versions("manifest")
    assert len(versions) == 20
    assert ",23," in versions[0].path.read_text()
    assert ",4," in versions[-1].path.read_text()


def test_that_a_version_can_be_brought_back_and_that_be_undone(project, fill, put):
    fill(project, "a", "b")
    project.save()
    put(project, "a", "cohort", "liver")
    project.apply(Edit("remove", removed=project.manifest.gone_rows([1])))
    project.save()
    edit = project.restore("manifest", project.versions("manifest")[0])
    project.apply(edit)
    assert project.cohorts() == {"lung": ["a", "b"]}
    assert project.manifest.texts("slide_id").tolist() == ["a", "b"]
    project.apply(edit.inverse())
    assert project.cohorts() == {"liver": ["a"]}


def test_that_the_history_says_who_did_what_and_when(project, root, fill, put):
    fill(project, "a")
    put(project, "a", "cohort", "liver")
    project.save()
    lines = (root / "metadata/history.jsonl").read_text("utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert first["label"] == "Add slides"
    assert first["added"] == [["manifest", 0, "a"]]
    assert second["cells"] == [["manifest", 0, "a", "cohort", "lung", "liver"]]
    assert {"user", "host", "time", "id"} <= set(second)


def system_calls():
    return ("open", "write", "fsync", "replace", "link", "unlink")


def fail_at(patch, at):
    left = [at]

    def wrap(real):
        def call(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        return call

    for name in system_calls():
        patch.setattr(os, name, wrap(getattr(os, name)))
    return left


def test_that_no_failing_system_call_during_a_save_loses_an_edit(tmp_path, fill, put):
    """For every k: fail the k-th call; then both tables are old or new, and after
    a crash the edits are back."""
    for at in itertools.count(1):
        root = tmp_path / str(at)
        project = Project.create(root)
        fill(project, "a")
        project.apply(Edit("row", added=project.clinical.new_rows([{"age": "61"}])))
        project.save()
        old = (root / MANIFEST).read_bytes()
        put(project, "a", "cohort", "liver")
        row = project.clinical.cell(0, "age", "62")
        project.apply(Edit("age", (row,)))
        with pytest.MonkeyPatch.context() as patch:
            left = fail_at(patch, at)
            refused = ""
            try:
                project.save()
            except PathguiError as error:
                refused = str(error)
        assert not refused or "No space" in refused
        now = (root / MANIFEST).read_bytes()
        assert now in (old, old.replace(b"lung,", b"liver,"))
        project.close()
        with Project.open(root) as again:
            assert again.warnings == []
            assert again.cohorts() == {"liver": ["a"]}
            assert again.clinical.text(0, "age") == "62"
            again.save()
        history = (root / "metadata/history.jsonl").read_text()
        assert history.count('"liver"') == 1
        if left[0] > 0:
            break
    assert at > 15


def test_that_no_failing_system_call_during_an_edit_half_does_it(tmp_path, fill, put):
    for at in itertools.count(1):
        root = tmp_path / str(at)
        project = Project.create(root)
        fill(project, "a")
        project.save()
        failed = False
        with pytest.MonkeyPatch.context() as patch:
            left = fail_at(patch, at)
            try:
                put(project, "a", "cohort", "liver")
            except ProjectError:
                failed = True
        memory = project.manifest.text(0, "cohort")
        assert memory == ("lung" if failed else "liver")
        put(project, "a", "staining", "HE")
        project.close()
        with Project.open(root) as again:
            assert again.manifest.text(0, "cohort") == memory
            assert again.manifest.text(0, "staining") == "HE"
        if left[0] > 0:
            break
    assert at > 3


def test_that_a_writer_killed_at_any_moment_loses_no_finished_edit(
    project, root, fill, slow
):
    fill(project, "a", "b")
    project.save()
    project.close()
    chance = random.Random(7)
    for _ in range(100 if slow else 6):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(root)], stdout=subprocess.PIPE, text=True
        )
        threading.Timer(chance.uniform(0.3, 1.0), process.kill).start()
        said = process.communicate()[0].splitlines()
        applied = [line.split()[1] for line in said if line.startswith("applied")]
        raw = (root / MANIFEST).read_text().splitlines()
        assert len(raw) == 3
        assert raw[1].count(",") == raw[0].count(",")
        with Project.open(root) as again:
            assert again.warnings == []
            first, second = again.manifest.texts("qc_reason").tolist()
            assert first == second
            if applied:
                assert int(first) - int(applied[-1]) in (0, 1)
            again.save()


def test_that_two_threads_may_edit_at_once(project, fill):
    fill(project, *(f"s{k}" for k in range(20)))

    def work(column):
        table = project.manifest
        for row in table.row_ids:
            project.apply(Edit("e", (table.cell(row, column, "x"),)))

    threads = [threading.Thread(target=work, args=(c,)) for c in ("staining", "vendor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    project.save()
    assert set(project.manifest.texts("staining")) == {"x"}
    assert set(project.manifest.texts("vendor")) == {"x"}


def test_that_a_text_the_old_encoding_cannot_hold_makes_the_file_utf8(
    project, root, put
):
    project.close()
    (root / MANIFEST).write_bytes("slide_id,path,cohort\na,b,Köln\n".encode("cp1252"))
    with Project.open(root) as again:
        put(again, "a", "cohort", "日本")
        again.save()
    assert (root / MANIFEST).read_bytes().startswith(b"\xef\xbb\xbf")
    with Project.open(root) as again:
        assert again.cohorts() == {"日本": ["a"]}


def test_that_a_folder_in_place_of_a_table_is_a_clear_error(project, root):
    project.close()
    (root / MANIFEST).unlink()
    (root / MANIFEST).mkdir()
    with Project.open(root) as again, pytest.raises(TableError, match="cannot be read"):
        _ = again.manifest
