"""Checksums are recorded, and every changed byte is found."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pathgui.errors import Cancelled, IntegrityError, MissingExtraError
from pathgui.integrity import (
    free_bytes,
    read_records,
    record,
    total_bytes,
    verify,
)
from pathgui.project import Edit, Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "study") as made:
        yield made


@pytest.fixture
def add(project):
    """Adds a slide with a file of these bytes."""

    def run(name: str, data: bytes | None = b"slide", path: str = "") -> Path:
        file = project.folder("raw_slides") / f"{name}.svs"
        if data is not None:
            file.write_bytes(data)
        row = {
            "slide_id": name,
            "path": path or f"raw_slides/{name}.svs",
            "cohort": "c",
        }
        project.apply(Edit("Add", added=project.manifest.new_rows([row])))
        return file

    return run


def test_that_checksums_are_those_of_md5sum(project, add, tmp_path):
    add("a b, c", b"x" * 10_000_000)
    add("empty", b"")
    report = record(project)
    assert (report.files, report.bytes, report.ok) == (2, 10_000_000, True)
    text = (project.root / "metadata/checksums.csv").read_text("utf-8")
    assert text.splitlines()[0] == "path,checksum,algorithm,size_mb"
    records = read_records(project.root / "metadata")
    if shutil.which("md5sum") is None:
        pytest.skip("md5sum is not installed")
    for name, item in records.items():
        data = (project.root / name).read_bytes()
        said = subprocess.run(["md5sum"], input=data, capture_output=True, check=True)
        assert said.stdout.split()[0].decode() == item.checksum
        assert round(float(item.size_mb) * 1e6) == len(data)


@pytest.mark.parametrize("algorithm", ["md5", "sha256", "xxh3", "blake3"])
def test_that_each_algorithm_records_and_verifies(project, add, algorithm):
    file = add("a", b"abc")
    assert record(project, algorithm).ok
    checksum = read_records(project.root / "metadata")["raw_slides/a.svs"].checksum
    if algorithm in ("md5", "sha256"):
        assert checksum == hashlib.new(algorithm, b"abc").hexdigest()
    assert project.manifest.text(0, "checksum") == checksum
    assert verify(project).ok
    file.write_bytes(b"abd")
    assert verify(project).changed == ("raw_slides/a.svs",)


def test_that_an_unknown_algorithm_is_refused_before_reading(project, add):
    add("a")
    with pytest.raises(IntegrityError, match="no checksum algorithm 'crc'") as caught:
        record(project, "crc")
    assert "md5" in caught.value.hint
    assert not (project.root / "metadata/checksums.csv").exists()


def test_that_blake3_without_its_package_says_what_to_install(
    project, add, monkeypatch
):
    add("a")
    monkeypatch.setitem(sys.modules, "blake3", None)
    with pytest.raises(MissingExtraError) as caught:
        record(project, "blake3")
    assert "pathgui[blake3]" in caught.value.hint


def test_that_changed_missing_and_new_files_are_told_apart(project, add):
    for name in ("good", "changed", "gone"):
        add(name, name.encode())
    record(project)
    project.save()
    (project.root / "raw_slides/changed.svs").write_bytes(b"changeD")
    (project.root / "raw_slides/gone.svs").unlink()
    add("new")
    add("never", None)
    report = verify(project)
    assert report.files == 1
    assert report.changed == ("raw_slides/changed.svs",)
    assert report.missing == ("raw_slides/gone.svs", "raw_slides/never.svs")
    assert report.unrecorded == ("raw_slides/new.svs",)
    assert not report.ok
    assert len(list(report.sentences())) == 3
    assert (
        report.text() == "1 files unchanged, 1 changed, 2 missing, 1 not recorded yet."
    )
    assert report.as_dict()["changed"] == ["raw_slides/changed.svs"]


def test_that_every_flipped_bit_is_found(project, add):
    file = add("a", bytes(range(256)) * 4)
    record(project)
    whole = file.read_bytes()
    for at in range(0, len(whole), 97):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not verify(project).ok
    file.write_bytes(whole)
    assert verify(project).ok


def test_that_a_project_without_checksums_says_so(project, add):
    add("a")
    with pytest.raises(IntegrityError, match="no checksums yet") as caught:
        verify(project)
    assert "pathgui checksum" in caught.value.hint


def test_that_a_slide_that_cannot_be_read_harms_no_other(project, add):
    add("good")
    add("gone", None)
    add("bad", None, path="../../etc/passwd")
    report = record(project)
    assert report.files == 1
    assert set(report.errors) == {"raw_slides/gone.svs", "../../etc/passwd"}
    assert list(read_records(project.root / "metadata")) == ["raw_slides/good.svs"]


def test_that_a_file_gone_later_keeps_its_record(project, add):
    file = add("a")
    record(project)
    file.unlink()
    assert not record(project).ok
    assert verify(project).missing == ("raw_slides/a.svs",)


def test_that_recording_again_tells_what_changed(project, add):
    file = add("a", b"one")
    record(project)
    file.write_bytes(b"two")
    assert record(project).changed == ("raw_slides/a.svs",)
    assert verify(project).ok


def test_that_every_file_of_a_slide_is_recorded(project, data):
    slides = data / "slides/derived"
    rows = [
        {"slide_id": "m", "path": str(slides / "cmu1_mirax.mrxs"), "cohort": "c"},
        {"slide_id": "v", "path": str(slides / "cmu1_vms/cmu1.vms"), "cohort": "c"},
    ]
    project.apply(Edit("Add", added=project.manifest.new_rows(rows)))
    assert record(project).ok
    names = {Path(name).name for name in read_records(project.root / "metadata")}
    assert names == {
        *("cmu1_mirax.mrxs", "Data0000.dat", "Index.dat", "Slidedat.ini"),
        *("cmu1.vms", "cmu1.jpg", "cmu1_macro.jpg", "cmu1_map.jpg"),
    }
    own = (slides / "cmu1_mirax.mrxs").read_bytes()
    assert project.manifest.text(0, "checksum") == hashlib.md5(own).hexdigest()


def test_that_records_that_were_tampered_with_are_found(project, add):
    add("a", b"one")
    add("b", b"two")
    record(project)
    large = project.manifest.text(0, "checksum").upper()
    project.apply(
        Edit("As others write it", (project.manifest.cell(0, "checksum", large),))
    )
    assert verify(project).ok
    file = project.root / "metadata/checksums.csv"
    lines = file.read_text().splitlines()
    (project.root / "raw_slides/a.svs").write_bytes(b"bad")
    forged = lines[1].replace(
        hashlib.md5(b"one").hexdigest(), hashlib.md5(b"bad").hexdigest()
    )
    file.write_text("\n".join([lines[0], forged]) + "\n")
    report = verify(project)
    assert "different checksums" in report.errors["raw_slides/a.svs"]
    assert "has lost it" in report.errors["raw_slides/b.svs"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("path,checksum\na,b\n", "has no column algorithm, size_mb"),
        ("path,checksum,algorithm,size_mb\na,b\n", "line 2"),
    ],
)
def test_that_a_damaged_record_file_is_one_clear_error(project, add, text, cause):
    add("a")
    (project.root / "metadata/checksums.csv").write_text(text)
    with pytest.raises(IntegrityError, match=cause):
        verify(project)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("raw_slides/a.svs,abc,md5,1", "is no md5 checksum"),
        (f"raw_slides/a.svs,{'g' * 32},md5,1", "is no md5 checksum"),
        (f"raw_slides/a.svs,{'0' * 32},crc,1", "'crc' is unknown"),
        (f"../../etc/passwd,{'0' * 32},md5,1", "climbs out"),
    ],
)
def test_that_a_senseless_record_is_an_error_of_its_file(project, add, line, cause):
    add("a")
    file = project.root / "metadata/checksums.csv"
    file.write_text(f"path,checksum,algorithm,size_mb\n{line}\n")
    report = verify(project)
    assert cause in next(iter(report.errors.values()))
    assert not report.ok


def test_that_progress_is_told_here_and_reaches_the_end(project, add):
    for k in range(5):
        add(f"s{k}", b"x" * 1000)
    told = []

    def progress(what, done, total):
        assert threading.current_thread() is threading.main_thread()
        told.append((what, done, total))

    record(project, progress=progress)
    assert told[-1] == ("Checksums", 5000, 5000)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_that_a_cancelled_recording_changes_nothing(project, add):
    add("a", b"x" * 50_000_000)
    record(project)
    before = (project.root / "metadata/checksums.csv").read_bytes()
    add("b", b"y" * 50_000_000)
    with pytest.raises(Cancelled):
        record(project, "sha256", cancelled=lambda: True)
    assert (project.root / "metadata/checksums.csv").read_bytes() == before
    with pytest.raises(Cancelled):
        verify(project, cancelled=lambda: True)


def test_that_a_reader_can_verify_while_a_writer_has_the_project(project, add):
    add("a")
    record(project)
    with Project.open(project.root, write=False) as reader:
        assert verify(reader).ok


def test_that_room_is_told_also_for_folders_to_come(tmp_path):
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(
        free_bytes(tmp_path), rel=0.1
    )
    (tmp_path / "x").write_bytes(b"1234")
    assert total_bytes([tmp_path / "x", tmp_path / "none"]) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_that_a_pipe_in_place_of_a_slide_is_not_waited_for(project, add):
    add("a", b"one")
    file = project.root / "raw_slides/a.svs"
    file.unlink()
    os.mkfifo(file)
    report = record(project)
    assert report.errors == {"raw_slides/a.svs": "it is no regular file"}
