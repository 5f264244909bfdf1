"""Which files are slides, and what belongs to them."""

import shutil
from pathlib import Path

import pytest

from pathgui.slides import find_slides, member_files, open_slide


def test_that_a_folder_gives_one_path_per_slide(data: Path) -> None:
    found = find_slides([data / "slides"])
    names = [path.name for path in found]
    assert len(found) == 17
    assert sum(path.parent.name == "cmu1_dicom" for path in found) == 1
    assert "cmu1_mirax.mrxs" in names
    assert "cmu1.vms" in names
    assert "Data0000.dat" not in names
    assert not any(name.endswith(".jpg") for name in names)


def test_that_every_slide_found_opens(data: Path) -> None:
    for path in find_slides([data / "slides"]):
        slide = open_slide(path)
        try:
            assert slide.read(0, 0, 0, 8, 8).shape == (8, 8, 3), path
        finally:
            slide.close()


def test_that_naming_all_files_of_a_series_is_naming_one_slide(
    dicom_folder: Path,
) -> None:
    files = sorted(dicom_folder.iterdir())
    assert find_slides(files) == find_slides([dicom_folder])
    assert len(find_slides([*files, dicom_folder])) == 1


def test_that_two_series_in_one_folder_are_two_slides(
    data: Path, dicom_folder: Path, tmp_path: Path
) -> None:
    for path in [*dicom_folder.iterdir(), *(data / "slides").glob("*.dcm")]:
        shutil.copy(path, tmp_path)
    found = find_slides([tmp_path])
    assert len(found) == 3
    assert sorted(len(member_files(path)) for path in found) == [1, 1, 8]


def test_that_dicom_files_are_known_without_their_suffix(
    dicom_folder: Path, tmp_path: Path
) -> None:
    for k, path in enumerate(sorted(dicom_folder.iterdir())):
        shutil.copy(path, tmp_path / f"1.2.{k}")
    (tmp_path / "README").write_text("no slide")
    found = find_slides([tmp_path])
    assert [path.name for path in found] == ["1.2.0"]
    assert len(member_files(found[0])) == 8


def test_that_names_are_in_natural_order(tmp_path: Path) -> None:
    for name in ("s10.svs", "s2.svs", "S1.tif", "a.ndpi", "notes.txt", ".hidden.svs"):
        (tmp_path / name).touch()
    found = [path.name for path in find_slides([tmp_path])]
    assert found == ["a.ndpi", "S1.tif", "s2.svs", "s10.svs"]


def test_that_a_named_file_is_returned_whatever_it_is(tmp_path: Path) -> None:
    odd, missing = tmp_path / "slide.xyz", tmp_path / "missing.svs"
    odd.touch()
    assert find_slides([odd, missing, odd]) == [missing, odd]


def test_that_a_mirax_slide_has_its_data_folder(data: Path) -> None:
    path = data / "slides" / "derived" / "cmu1_mirax.mrxs"
    assert [p.name for p in member_files(path)] == [
        "cmu1_mirax.mrxs",
        "Data0000.dat",
        "Index.dat",
        "Slidedat.ini",
    ]


def test_that_a_vms_slide_has_the_pictures_it_names(data: Path) -> None:
    path = data / "slides" / "derived" / "cmu1_vms" / "cmu1.vms"
    names = [p.name for p in member_files(path)]
    assert names == ["cmu1.vms", "cmu1.jpg", "cmu1_map.jpg", "cmu1_macro.jpg"]


def test_that_an_index_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    folder = tmp_path / "slide"
    folder.mkdir()
    index = folder / "x.vms"
    index.write_text(f"ImageFile=../secret\nMapFile={tmp_path / 'secret'}\n")
    assert member_files(index) == [index]


@pytest.mark.parametrize("name", ["CMU-1-Small-Region.svs", "OS-1-detail_HE.ome.tif"])
def test_that_most_slides_are_one_file(name: str, data: Path) -> None:
    path = data / "slides" / name
    assert member_files(path) == [path]


def test_that_members_come_with_the_named_file_first(dicom_folder: Path) -> None:
    files = sorted(dicom_folder.iterdir())
    for path in files:
        members = member_files(path)
        assert members[0] == path
        assert sorted(members) == files
