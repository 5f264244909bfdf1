"""Adding slides to a project."""

import errno
import os
import shutil

import numpy as np
import pytest
import tifffile

from pathgui.errors import Cancelled, ProjectError
from pathgui.project import Project
from pathgui.workflows.add_slides import add


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "study") as opened:
        yield opened


def test_that_the_manifest_fills_itself_from_the_slide(project, synthetic):
    assert add(project, [synthetic], "c1").added == ("synthetic",)
    row = project.manifest.row(project.manifest.find("synthetic"))
    assert row["cohort"] == "c1"
    assert row["mpp"] == "0.5"
    assert row["mpp_source"] == "tiff"
    assert (row["width"], row["height"], row["levels"]) == ("2048", "2048", "2")
    assert row["vendor"] == "generic-tiff"
    assert row["status"] == "ready"
    assert float(row["size_mb"]) == pytest.approx(
        synthetic.stat().st_size / 1e6, abs=1e-3
    )
    assert project.slide_path("synthetic") == synthetic


def test_that_rows_are_on_disk_when_adding_ends(project, synthetic):
    add(project, [synthetic], "c1")
    text = (project.root / "metadata" / "slide_manifest.csv").read_text("utf-8")
    assert "synthetic" in text


def test_that_a_slide_is_added_once(project, synthetic):
    add(project, [synthetic], "c1")
    again = add(project, [synthetic], "c1")
    assert again.added == ()
    assert again.known == ("synthetic",)
    assert len(project.manifest) == 1


def test_that_two_files_of_one_name_get_distinct_ids_and_people_are_told(
    project, synthetic, tmp_path
):
    other = tmp_path / "other" / synthetic.name
    other.parent.mkdir()
    shutil.copy(synthetic, other)
    add(project, [synthetic], "c1")
    report = add(project, [other], "c2")
    assert report.added == ("synthetic_2",)
    assert any("synthetic_2" in warning for warning in report.warnings)
    assert any("same slide" in warning for warning in report.warnings)


def test_that_a_slide_never_gets_the_name_of_a_cohort(project, synthetic, tmp_path):
    named = tmp_path / "c1.tif"
    shutil.copy(synthetic, named)
    assert add(project, [named], "c1").added == ("c1_2",)


@pytest.mark.parametrize("mode", ["copy", "link"])
def test_that_copy_and_link_bring_the_file_into_the_project(project, synthetic, mode):
    before = synthetic.read_bytes()
    add(project, [synthetic], "c1", mode)
    placed = project.slide_path("synthetic")
    assert placed == project.root / "raw_slides" / "c1" / "synthetic.tif"
    assert placed.is_symlink() == (mode == "link")
    assert placed.read_bytes() == before == synthetic.read_bytes()
    row = project.manifest.row(project.manifest.find("synthetic"))
    assert row["path"] == "raw_slides/c1/synthetic.tif"


def test_that_move_leaves_nothing_behind(project, synthetic, tmp_path):
    source = tmp_path / "mine.tif"
    shutil.copy(synthetic, source)
    add(project, [source], "c1", "move")
    assert not source.exists()
    assert project.slide_path("mine").read_bytes() == synthetic.read_bytes()


def test_that_nothing_in_the_way_is_overwritten(project, synthetic):
    target = project.folder("raw_slides") / "c1" / "synthetic.tif"
    target.parent.mkdir()
    target.write_text("precious")
    report = add(project, [synthetic], "c1", "copy")
    assert report.added == ()
    assert "is there already" in report.problems[0].message
    assert target.read_text() == "precious"
    assert len(project.manifest) == 0


def test_that_every_shared_slide_is_added_as_one_row(project, data):
    report = add(project, [data / "slides"], "all_vendors")
    assert report.problems == ()
    assert "cmu1_dicom" in report.added
    assert "cmu1_mirax" in report.added
    assert len(report.added) == 17
    assert any("does not say" in warning for warning in report.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "truncated.svs",
        "zero_bytes.svs",
        "text_renamed.svs",
        "png_renamed.svs",
        "bad_tile_data.tif",
        "huge_dims.tif",
        "ifd_loop.tif",
        "striped_not_tiled.tif",
        "tile_offset_past_end.tif",
        "unknown_compression.tif",
        "truncated.dcm",
        "mirax_without_folder.mrxs",
        "vms_missing_jpeg.vms",
    ],
)
def test_that_a_broken_slide_leaves_no_row_and_is_named(project, data, name):
    report = add(project, [data / "broken" / name], "c1")
    assert report.added == ()
    (problem,) = report.problems
    assert name in problem.message
    assert "\n" not in problem.message
    assert problem.hint
    assert len(project.manifest) == 0


def test_that_valid_files_with_odd_looks_are_added(project, data):
    names = ["ok_но_имя 日本 😐 (1).tif", "gray16_tiled.tif"]
    report = add(project, [data / "broken" / name for name in names], "c1")
    assert len(report.added) == 2
    assert report.problems == ()


def test_that_mpp_given_by_a_person_fills_only_what_slides_do_not_tell(
    project, data, synthetic
):
    slide = data / "slides" / "derived" / "cmu1_generic_nompp_bigtiff_deflate.tif"
    add(project, [slide, synthetic], "c1", mpp=0.25)
    rows = [project.manifest.row(row) for row in project.manifest.row_ids]
    assert [(row["mpp"], row["mpp_source"]) for row in rows] == [
        ("0.25", "user"),
        ("0.5", "tiff"),
    ]


def test_that_a_missing_path_is_refused(project, tmp_path):
    with pytest.raises(ProjectError, match="not there"):
        add(project, [tmp_path / "none"], "c1")


def test_that_a_bad_cohort_or_mode_is_refused(project, synthetic):
    with pytest.raises(ProjectError):
        add(project, [synthetic], "../x")
    with pytest.raises(ProjectError, match="mode"):
        add(project, [synthetic], "c1", "teleport")


def test_that_a_name_no_table_can_hold_is_refused(project, synthetic, tmp_path):
    odd = tmp_path / "two\nlines.tif"
    shutil.copy(synthetic, odd)
    report = add(project, [odd], "c1")
    assert report.added == ()
    assert "line break" in report.problems[0].message
    assert "\n" not in report.problems[0].message


def test_that_cancelling_keeps_what_was_added(project, synthetic, tmp_path):
    other = tmp_path / "zz.tif"
    shutil.copy(synthetic, other)
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        add(project, [synthetic, other], "c1", cancelled=stop)
    assert len(project.manifest) == 1


def test_that_pixels_that_are_no_squares_are_told(project, tmp_path):
    file = tmp_path / "flat.tif"
    tifffile.imwrite(
        file,
        np.full((512, 512, 3), 200, np.uint8),
        tile=(256, 256),
        photometric="rgb",
        resolution=(1e4 / 0.25, 1e4 / 0.5),
        resolutionunit="CENTIMETER",
    )
    (words,) = add(project, [file], "c1").warnings
    assert "0.25 by 0.5 µm" in words


def test_that_a_move_on_one_disk_copies_nothing(project, synthetic, tmp_path):
    source = tmp_path / "in" / "a.tif"
    source.parent.mkdir()
    shutil.copy(synthetic, source)
    inode = source.stat().st_ino
    add(project, [source], "c1", "move")
    assert project.slide_path("a").stat().st_ino == inode
    assert not source.exists()


def test_that_a_move_to_another_disk_is_flushed_before_the_source_goes(
    project, synthetic, tmp_path, monkeypatch
):
    source = tmp_path / "in" / "a.tif"
    source.parent.mkdir()
    shutil.copy(synthetic, source)
    flushed, flush = [], os.fsync

    def link(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def fsync(handle):
        flushed.append((os.fstat(handle).st_size, source.exists()))
        flush(handle)

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(os, "fsync", fsync)
    add(project, [source], "c1", "move")
    assert (synthetic.stat().st_size, True) in flushed
    assert not source.exists()
    assert project.slide_path("a").read_bytes() == synthetic.read_bytes()
