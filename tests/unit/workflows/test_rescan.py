"""Slides that came, went or moved are found again; the manifest follows by edits."""

import shutil

import pytest

from pathgui.errors import Cancelled, ProjectError, SlideError, TableError
from pathgui.project import Edit, Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.autofill import autofill
from pathgui.workflows.relink import follow, relink, rescan_edit
from pathgui.workflows.rescan import rescan, usual_folders
from pathgui.workflows.synthetic import SlideLook, make_slide


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    """Three small slides of different content."""
    folder = tmp_path_factory.mktemp("three")
    return [
        make_slide(folder / f"s{n}.tif", SlideLook(512, seed=n, pieces=1))
        for n in (1, 2, 3)
    ]


@pytest.fixture
def place(tmp_path, slides):
    folder = tmp_path / "old" / "batch"
    folder.mkdir(parents=True)
    for slide in slides[:2]:
        shutil.copy(slide, folder)
    return folder


@pytest.fixture
def study(tmp_path, place):
    with Project.create(tmp_path / "study") as project:
        add(project, [place], "c1")
        yield project


def test_that_nothing_changed_is_said(study):
    found = rescan(study)
    assert found.text() == "Every slide is where it was."
    assert not rescan_edit(study, found)


def test_that_new_slides_are_found_where_slides_lie(study, place, slides):
    shutil.copy(slides[2], place)
    assert rescan(study).new == (place / "s3.tif",)


def test_that_a_missing_slide_gets_its_status_and_loses_it_again(study, place):
    kept = (place / "s1.tif").rename(place.parent / "away")
    found = rescan(study)
    assert found.missing == ("s1",)
    study.apply(rescan_edit(study, found))
    assert study.manifest.texts("status").tolist() == ["missing", "ready"]
    kept.rename(place / "s1.tif")
    found = rescan(study)
    assert found.back == ("s1",)
    study.apply(rescan_edit(study, found))
    assert study.manifest.texts("status").tolist() == ["ready", "ready"]


def test_that_a_renamed_slide_is_known_by_its_content(study, place):
    study.apply(
        Edit(
            "x", (study.manifest.cell(study.manifest.find("s1"), "status", "missing"),)
        )
    )
    new = place.parent / "elsewhere" / "renamed.tif"
    new.parent.mkdir()
    (place / "s1.tif").rename(new)
    found = rescan(study, [place.parent])
    assert [(m.slide_id, m.new) for m in found.moved] == [("s1", new)]
    assert found.new == ()
    edit = rescan_edit(study, found)
    assert edit.label == "Rescan: 1 moved"
    study.apply(edit)
    assert study.slide_path("s1") == new
    assert study.manifest.texts("status").tolist()[0] == "ready"
    study.apply(edit.inverse())
    assert study.slide_path("s1") == place / "s1.tif"


def test_that_only_accepted_moves_are_made(study, place):
    new = place.parent / "new"
    place.rename(new)
    found = rescan(study, [new])
    assert {m.slide_id for m in found.moved} == {"s1", "s2"}
    edit = rescan_edit(study, found, moved=["s2"], mark_missing=False)
    assert [cell.row for cell in edit.cells] == [study.manifest.find("s2")]


def test_that_a_slide_of_another_size_is_told(study, place, slides):
    shutil.copy(slides[2], place / "s1.tif")
    with (place / "s1.tif").open("ab") as file:
        file.write(b"\0" * 5000)
    assert rescan(study).changed == ("s1",)


def test_that_files_that_cannot_be_read_harm_nothing(study, place):
    size = (place / "s1.tif").stat().st_size
    (place / "s1.tif").unlink()
    (place / "fake.tif").write_bytes(b"x" * size)
    found = rescan(study)
    assert found.missing == ("s1",)
    assert list(found.problems) == [str(place / "fake.tif")]


def test_that_a_hostile_path_in_the_manifest_is_named(study):
    row = study.manifest.find("s1")
    study.apply(Edit("x", (study.manifest.cell(row, "path", "../../etc/passwd"),)))
    assert "climbs out" in rescan(study).problems["s1"]


def test_that_looking_can_be_stopped_and_wants_folders_that_are_there(study, tmp_path):
    with pytest.raises(Cancelled):
        rescan(study, cancelled=lambda: True)
    with pytest.raises(ProjectError, match="is not there"):
        rescan(study, [tmp_path / "nowhere"])


def test_that_usual_folders_hold_no_folder_twice(study, place):
    add(study, [place], "c1")
    folders = usual_folders(study)
    assert place in folders
    assert len(folders) == 2


def test_that_relinking_wants_the_same_slide(study, place, slides):
    other = shutil.copy(slides[2], place.parent / "other.tif")
    with pytest.raises(SlideError, match="not the slide s1"):
        relink(study, {"s1": other})
    study.apply(relink(study, {"s1": other}, anyway=True))
    assert study.slide_path("s1") == other
    with pytest.raises(TableError, match="no slide nix"):
        relink(study, {"nix": other})


def test_that_slides_that_moved_the_same_way_follow(study, place, tmp_path):
    new = tmp_path / "new" / "batch"
    shutil.move(place.parent, new.parent)
    moves = follow(study, "s1", new / "s1.tif")
    assert moves == {"s1": new / "s1.tif", "s2": new / "s2.tif"}
    edit = relink(study, moves)
    assert edit.label == "Relink 2 slides"
    study.apply(edit)
    assert study.slide_path("s2") == new / "s2.tif"


def test_that_empty_cells_are_filled_from_the_slides(study):
    manifest = study.manifest
    first, second = manifest.row_ids
    whole = manifest.row(first)
    names = ("mpp", "mpp_source", "width", "vendor", "size_mb", "quickhash")
    cells = [manifest.cell(first, name, "") for name in names]
    cells.append(manifest.cell(second, "mpp", "0.9"))
    study.apply(Edit("Empty", tuple(cells)))
    done = autofill(study)
    assert done.edit.label == "Fill 1 slide from their files"
    study.apply(done.edit)
    assert manifest.row(first) == whole
    assert manifest.text(second, "mpp") == "0.9"
    done = autofill(study, ["s2"], ("mpp", "mpp_source"), overwrite=True)
    study.apply(done.edit)
    assert manifest.text(second, "mpp") == manifest.text(first, "mpp")


def test_that_a_slide_that_is_gone_is_named_when_filling(study, place):
    (place / "s1.tif").unlink()
    done = autofill(study, overwrite=True)
    assert list(done.problems) == ["s1"]
    with pytest.raises(TableError, match="do not fill status"):
        autofill(study, columns=("status",))


def test_that_a_slide_of_many_files_is_found_again(data, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    derived = data / "slides" / "derived"
    shutil.copy(derived / "cmu1_mirax.mrxs", old)
    shutil.copytree(derived / "cmu1_mirax", old / "cmu1_mirax")
    shutil.copytree(derived / "cmu1_dicom", old / "cmu1_dicom")
    with Project.create(tmp_path / "many") as project:
        add(project, [old], "c1")
        old.rename(new)
        found = rescan(project, [new])
        assert {m.slide_id for m in found.moved} == {"cmu1_mirax", "cmu1_dicom"}
        assert found.new == ()
        project.apply(rescan_edit(project, found))
        again = rescan(project)
        assert again.text() == "Every slide is where it was."
