"""A manifest is imported: slides by id, file name or path, known ones and new ones."""

import shutil

import pytest

from pathgui.errors import TableError
from pathgui.project import (
    ImportOptions,
    Project,
    plan_import,
    read_table,
    table_from_text,
)
from pathgui.workflows.add_slides import add
from pathgui.workflows.import_manifest import (
    carry_out,
    import_manifest,
    plan_manifest,
)
from pathgui.workflows.relink import relink, rescan_edit
from pathgui.workflows.rescan import rescan


@pytest.fixture
def project(tmp_path, synthetic):
    with Project.create(tmp_path / "study") as opened:
        add(opened, [synthetic], "c1")
        yield opened


@pytest.fixture
def take(project):
    def run(text, **options):
        table = table_from_text(text)
        return import_manifest(project, table, ImportOptions(**options))

    return run


def row(project, slide_id):
    return project.manifest.row(project.manifest.find(slide_id))


@pytest.mark.parametrize("how", ["id", "name", "relative", "absolute"])
def test_that_a_known_slide_is_found_by_id_name_or_path(project, take, synthetic, how):
    stored = row(project, "synthetic")["path"]
    named = {
        "id": ("slide_id", "synthetic"),
        "name": ("filename", synthetic.name),
        "relative": ("path", stored),
        "absolute": ("slide_path", str(synthetic)),
    }
    column, text = named[how]
    report = take(f"{column},staining\n{text},H&E\n")
    assert (report.added, report.updated, report.ok) == (0, 1, True)
    found = row(project, "synthetic")
    assert (found["staining"], found["path"]) == ("H&E", stored)
    assert len(project.manifest) == 1


def test_that_a_new_slide_comes_with_what_its_file_says(project, tmp_path, synthetic):
    folder = tmp_path / "delivery"
    folder.mkdir()
    shutil.copy(synthetic, folder / "fresh.tif")
    (folder / "list.csv").write_text("file,site,magnification\nfresh.tif,Bonn,20\n")
    plan = plan_manifest(project, read_table(folder / "list.csv"))
    assert len(project.manifest) == 1
    done = carry_out(project, plan)
    assert done.report.ok
    found = row(project, "fresh")
    assert found["path"] == str(folder / "fresh.tif")
    assert (found["cohort"], found["status"], found["width"]) == ("c1", "ready", "2048")
    assert (found["site"], found["magnification"]) == ("Bonn", "20")
    assert found["quickhash"]
    assert found["mpp"] == "0.5"
    project.apply(done.edit.inverse())
    assert project.manifest.find("fresh") is None
    assert not project.manifest.has_column("site")


def test_that_a_slide_whose_file_is_missing_is_told_and_can_be_relinked(
    project, take, tmp_path, synthetic
):
    quickhash = row(project, "synthetic")["quickhash"]
    text = f"slide_id,path,cohort,quickhash\nlost,/gone/lost.tif,c2,{quickhash}\n"
    report = take(text)
    assert report.missing == ("lost",)
    assert "lost is missing: no file /gone/lost.tif" in str(report.problems[0])
    found = row(project, "lost")
    assert (found["status"], found["cohort"]) == ("missing", "c2")
    again = tmp_path / "lost.tif"
    shutil.copy(synthetic, again)
    project.apply(relink(project, {"lost": again}))
    assert row(project, "lost")["status"] == "ready"
    assert row(project, "lost")["path"] == str(again)


def test_that_slides_that_come_after_their_manifest_are_found_by_name(
    project, take, tmp_path, synthetic
):
    take("slide_id,path,staining\nlate,,HE\nlater,later.svs,HE\n")
    folder = tmp_path / "delivery"
    folder.mkdir()
    shutil.copy(synthetic, folder / "late.tif")
    (folder / "other").mkdir()
    found = rescan(project, [folder])
    assert [(m.slide_id, m.new, m.how) for m in found.moved] == [
        ("late", folder / "late.tif", "name")
    ]
    assert "later" in found.missing
    project.apply(rescan_edit(project, found))
    assert row(project, "late")["status"] == "ready"
    shutil.copy(synthetic, folder / "else.tif")
    project.apply(relink(project, {"later": folder / "else.tif"}))
    later = row(project, "later")
    assert (later["status"], later["width"], later["staining"]) == (
        "ready",
        "2048",
        "HE",
    )


def test_that_a_slide_that_cannot_be_read_keeps_its_row_and_is_told(
    project, take, tmp_path
):
    (tmp_path / "broken.svs").write_bytes(b"no slide")
    report = take(f"slide_id,path\nbroken,{tmp_path / 'broken.svs'}\n")
    assert "broken is not read" in str(report.problems[0])
    assert row(project, "broken")["status"] == "new"


def test_that_what_we_compute_is_not_taken_from_a_table(project, take):
    before = row(project, "synthetic")
    report = take("slide_id,width,status,tissue_type\nsynthetic,1,done,lung\n")
    found = row(project, "synthetic")
    assert found == before | {"tissue_type": "lung"}
    assert "width, status" in report.warnings[0]


def test_that_an_mpp_from_a_table_counts_as_a_persons_word(project, take):
    take("slide_id,mpp\nsynthetic,0.3\nnew,0.25\n")
    assert row(project, "synthetic")["mpp_source"] == "user"
    assert row(project, "new")["mpp_source"] == "user"


def test_that_a_path_is_followed_only_to_a_file(project, take, tmp_path, synthetic):
    stored = row(project, "synthetic")["path"]
    report = take("slide_id,path\nsynthetic,/nowhere/other.tif\n")
    assert row(project, "synthetic")["path"] == stored
    assert "keep their path" in report.warnings[0]
    moved = tmp_path / "moved" / "other.tif"
    moved.parent.mkdir()
    shutil.copy(synthetic, moved)
    take(f"slide_id,path\nsynthetic,{moved}\n")
    assert row(project, "synthetic")["path"] == str(moved)


def test_that_a_cell_that_says_nothing_is_no_fault_of_a_known_slide(project, take):
    report = take("slide_id,path,cohort,staining\nsynthetic,,,HE\n")
    assert report.ok
    assert row(project, "synthetic")["cohort"] == "c1"


def test_that_a_hostile_path_or_name_does_no_harm(project, take):
    report = take("slide_id,path,cohort\na/../b,../../etc/passwd,../x\n")
    (slide_id,) = report.missing
    assert "/" not in slide_id
    found = row(project, slide_id)
    assert (found["path"], found["cohort"]) == ("", "c1")
    assert any("cannot name a cohort" in str(p) for p in report.problems)


def test_that_a_slide_has_one_row_whatever_the_table_repeats(project, take):
    report = take("slide_id,staining\nnew,HE\nnew,IHC\n")
    assert report.added == 1
    assert "the first was taken" in str(report.problems[0])
    assert row(project, "new")["staining"] == "HE"
    assert take("slide_id,staining\nn2,HE\nn2,IHC\n", duplicates="last").added == 1
    assert row(project, "n2")["staining"] == "IHC"
    with pytest.raises(TableError, match="several rows"):
        take("slide_id,staining\nn3,HE\nn3,IHC\n", duplicates="refuse")


def test_that_known_slides_can_be_filled_or_left(project, take):
    take("slide_id,staining\nsynthetic,HE\n")
    for known, staining, tissue in (("leave", "HE", ""), ("fill", "HE", "lung")):
        take("slide_id,staining,tissue_type\nsynthetic,IHC,lung\n", known=known)
        found = row(project, "synthetic")
        assert (found["staining"], found["tissue_type"]) == (staining, tissue)


def test_that_a_table_without_slides_is_refused(project, take):
    before = project.manifest.frame()
    for text in ("patient_id,age\np1,5\n", "age,sex\n5,m\n6,f\n"):
        with pytest.raises(TableError, match="names slides"):
            take(text)
    with pytest.raises(TableError, match="needs a key"):
        take("slide_id\nx\n", unlinked=True)
    assert project.manifest.frame().equals(before)


def test_that_refused_rows_do_not_come(project):
    table = table_from_text("slide_id,staining\nsynthetic,HE\na,HE\nb,HE\n")
    plan = plan_manifest(project, table)
    ids = {new.row: new.values["slide_id"] for new in plan.added}
    some = plan.only(lambda _: False, lambda new: ids[new.row] == "b")
    carry_out(project, some)
    assert project.manifest.texts("slide_id").tolist() == ["synthetic", "b"]
    assert row(project, "synthetic")["staining"] == ""


def test_that_a_gdc_manifest_is_a_manifest_too(project, data, tmp_path):
    text = (
        "id\tfilename\tmd5\tsize\tstate\n"
        "f5c6\tTCGA-AA-0001-01Z-00-DX1.AAAA.svs\t2a2abd22e47ecaae776af224700da69d\t9"
        "\treleased\n"
    )
    report = import_manifest(project, table_from_text(text))
    assert report.key_column == "filename"
    assert report.missing == ("TCGA-AA-0001-01Z-00-DX1.AAAA",)
    found = row(project, "TCGA-AA-0001-01Z-00-DX1.AAAA")
    assert found["md5"] == "2a2abd22e47ecaae776af224700da69d"
    plan = plan_manifest(
        project, read_table(data / "tables" / "gdc_manifest_TARGET-CCSK.tsv")
    )
    assert plan.report.key_column == "filename"
    assert not plan.edit
    assert plan.report.columns == ()
    assert not plan.edit
    assert not plan.report.columns
    (problem,) = plan.report.problems
    assert "141 rows name files that are no slides" in problem.message


def test_that_a_clinical_plan_and_a_manifest_plan_say_where_they_go(project):
    table = table_from_text("slide_id,age\nsynthetic,5\n")
    assert plan_import(project, table).into == "clinical"
    assert plan_manifest(project, table).into == "manifest"
