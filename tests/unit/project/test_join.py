"""Slides and clinical rows find each other, and what does not is named."""

import pytest

from pathgui.errors import Cancelled, ProjectError
from pathgui.project import (
    Column,
    Edit,
    NearMiss,
    add_column,
    join_report,
    joined_frame,
    patients_of_slides,
    slides_of_patients,
)
from pathgui.project.nearmiss import find_near_misses
from pathgui.project.watch import Watch


@pytest.fixture
def rows(project):
    def add(*texts):
        project.apply(Edit("rows", added=project.clinical.new_rows(texts)))

    return add


def test_that_slides_join_by_slide_id_or_by_patient(project, fill, rows):
    fill(project, "s1", "TCGA-05-4418-01Z", "TCGA-05-4418-02Z", "s4")
    rows({"slide_id": "s1"}, {"patient_id": "TCGA-05-4418"}, {"slide_id": "s9"})
    rows({"patient_id": "P9"}, {"age": "1"})
    report = join_report(project)
    assert report.matched == ["s1", "TCGA-05-4418-01Z", "TCGA-05-4418-02Z"]
    assert report.slides_without_clinical == ["s4"]
    assert report.clinical_without_slide == ["s9", "P9", "row 5"]
    assert report.duplicate_keys == []


def test_that_the_manifest_knows_patients_best(project, fill, rows):
    project.ensure_column("manifest", "patient_id")
    fill(project, "TCGA-05-4418-01Z", patient_id="P1")
    fill(project, "TCGA-05-4419-01Z", "s3")
    rows({"slide_id": "s3", "patient_id": "P3"}, {"patient_id": "P1"})
    assert patients_of_slides(project) == {
        "TCGA-05-4418-01Z": "P1",
        "TCGA-05-4419-01Z": "TCGA-05-4419",
        "s3": "P3",
    }
    assert join_report(project).matched == ["TCGA-05-4418-01Z", "s3"]


def test_that_the_rule_from_slide_to_patient_can_be_changed(project, fill):
    fill(project, "A12-1", "A12-2", "B7")
    project.configure(patient_rule=r"^([A-Z]\d+)-")
    assert slides_of_patients(project) == {"A12": ["A12-1", "A12-2"]}
    with pytest.raises(ProjectError, match="is broken"):
        project.configure(patient_rule="(")
    with pytest.raises(ProjectError, match="has no group"):
        project.configure(patient_rule="x")


def test_that_doubled_keys_are_named(project, fill, rows):
    fill(project, "s1")
    rows(
        {"slide_id": "s1"}, {"slide_id": "s1"}, {"patient_id": "P"}, {"patient_id": "P"}
    )
    assert join_report(project).duplicate_keys == ["s1", "P"]


@pytest.mark.parametrize(
    ("clinical", "slide", "why"),
    [
        ("tcga-05-4418", "TCGA-05-4418", "upper and lower case"),
        ("TCGA-49-4487.svs", "TCGA-49-4487", "file ending"),
        ("TCGA_38_4631", "TCGA-38-4631", "dashes and underscores"),
        ("123", "00123", "leading zeros"),
        ("TCGA-55  1594 ", "TCGA-55 1594", "trailing or double spaces"),
        ("tcga_5_1", "TCGA-05-1", "upper and lower case, leading zeros, dashes and"),
        ("TCGA-O5-1", "TCGA-05-1", "letters that look alike"),
        ("TCGA-78-7573", "TCGA-78-7537", "two characters are swapped"),
    ],
)
def test_that_a_near_miss_says_why_it_is_one(clinical, slide, why):
    (miss,) = find_near_misses([clinical], [slide], "slide")
    assert (miss.clinical, miss.slide) == (clinical, slide)
    assert miss.why.startswith(why)


def test_that_only_certain_pairs_are_near_misses():
    assert find_near_misses(["a"], ["A", "a "], "slide") == []
    assert find_near_misses(["P1"], ["P2"], "slide") == []
    assert find_near_misses(["TCGA-78-7531"], ["TCGA-78-7537"], "slide") == []
    assert find_near_misses(["-"], ["_"], "slide") == []


def test_that_the_search_for_near_misses_asks_all_along_whether_to_go_on():
    left = [0, 0, 1]

    def asked():
        return bool(left.pop(0))

    ids = [f"a-{number}" for number in range(2000)]
    with pytest.raises(Cancelled):
        find_near_misses(ids, [f"A{n}" for n in range(10)], "slide", Watch(asked=asked))
    assert left == []


def test_that_ids_are_not_looked_at_where_none_is_missing():
    asked: list[bool] = []
    watch = Watch(asked=lambda: bool(asked.append(True)))
    wanted = [f"A{number}" for number in range(5000)]
    assert find_near_misses([], wanted, "slide", watch) == []
    assert len(asked) <= 1


def test_that_near_misses_of_patients_are_found_through_their_slides(
    project, fill, rows
):
    fill(project, "TCGA-05-4418-01Z")
    rows({"patient_id": "tcga-05-4418"})
    assert join_report(project).near_misses == [
        NearMiss("tcga-05-4418", "TCGA-05-4418", "upper and lower case", "patient")
    ]


def test_that_the_joined_table_drops_and_multiplies_nothing_silently(
    project, fill, rows
):
    fill(project, "s1", "s2", "s3", status="done")
    project.ensure_column("clinical", "status")
    rows({"slide_id": "s1", "age": "61", "status": "alive"})
    rows({"slide_id": "s2", "age": "1"}, {"slide_id": "s2", "age": "2"})
    rows({"slide_id": "gone", "age": "3"}, {"age": "4"})
    frame = joined_frame(project)
    assert frame["slide_id"].tolist() == ["s1", "s2", "s2", "s3", "gone", ""]
    assert frame["age"].tolist() == ["61", "1", "2", "", "3", "4"]
    assert frame["join"].tolist() == [
        *["matched"] * 3,
        "no clinical row",
        *["no slide"] * 2,
    ]
    assert frame["status"].tolist()[0] == "done"
    assert frame["status_clinical"].tolist()[0] == "alive"


def test_that_rows_without_slide_say_whose_they_are(project, fill, rows):
    project.apply(add_column(project.manifest, Column("patient_id")))
    fill(project, "s1", patient_id="p1")
    rows({"patient_id": "p1", "age": "5"}, {"patient_id": "p9", "age": "61"})
    frame = joined_frame(project)
    assert frame["patient_id"].tolist() == ["p1", "p9"]
    assert frame["slide_id"].tolist() == ["s1", ""]


def test_that_what_is_known_of_the_patient_fills_the_gaps_of_the_slide(
    project, fill, rows
):
    fill(project, "TCGA-05-4418-01Z")
    rows({"slide_id": "TCGA-05-4418-01Z", "stage": "II"})
    rows({"patient_id": "TCGA-05-4418", "stage": "I", "age": "61"})
    frame = joined_frame(project)
    assert frame[["stage", "age"]].values.tolist() == [["II", "61"]]


def test_that_empty_tables_join_to_nothing(project):
    assert join_report(project).matched == []
    assert len(joined_frame(project)) == 0
