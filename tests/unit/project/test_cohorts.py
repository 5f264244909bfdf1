"""Conditions over both tables are kept under a name and used as cohorts."""

import pytest

from pathgui.errors import ExpressionError, ProjectError
from pathgui.project import Project, apply_import, plan_import, table_from_text
from pathgui.project.cohorts import (
    cohorts_naming,
    forgetting_cohort,
    keeping_cohort,
    renaming_cohort,
    saved_cohorts,
    slides_of_cohort,
    slides_where,
)
from pathgui.project.columns import rename_column
from pathgui.project.config import SavedCohort
from pathgui.project.renaming import with_followers


@pytest.fixture
def study(project, fill):
    fill(project, "s1", "s2", staining="HE")
    fill(project, "s3", cohort="skin")
    text = "slide_id,age,stage\ns1,61,II\ns2,40,II\ns3,70,III\nx9,80,II\ns2,90,II\n"
    apply_import(project, plan_import(project, table_from_text(text)))
    project.save()
    return project


def save_cohort(study, *what):
    study.apply(keeping_cohort(study, *what))


def test_that_a_condition_speaks_of_both_tables(study):
    assert slides_where(study, 'stage == "II" and staining == "HE"') == ["s1", "s2"]
    assert slides_where(study, 'age > 50 and stage == "II"') == ["s1", "s2"]
    assert slides_where(study, 'cohort == "skin" or age < 41') == ["s2", "s3"]


def test_that_a_saved_cohort_is_there_after_opening_again(study, root):
    save_cohort(study, "old II", 'stage == "II" and age > 60', "for the paper")
    study.close()
    with Project.open(root) as again:
        assert dict(saved_cohorts(again)) == {
            "old II": SavedCohort('stage == "II" and age > 60', "for the paper")
        }
        assert slides_of_cohort(again, "old II") == ["s1", "s2"]
        assert slides_of_cohort(again, "skin") == ["s3"]


def test_that_a_saved_cohort_gets_another_name_and_goes(study):
    save_cohort(study, "a", "age > 1")
    save_cohort(study, "b", "age > 2")
    study.apply(renaming_cohort(study, "a", "c"))
    assert list(saved_cohorts(study)) == ["c", "b"]
    with pytest.raises(ProjectError, match="'b' already"):
        renaming_cohort(study, "c", "b")
    study.apply(forgetting_cohort(study, "c"))
    assert list(saved_cohorts(study)) == ["b"]
    with pytest.raises(ProjectError, match="no cohort c"):
        forgetting_cohort(study, "c")


@pytest.mark.parametrize("name", ["", "lung", "all", "a/b"])
def test_that_a_name_that_cannot_be_is_refused(study, name):
    with pytest.raises(ProjectError, match="cannot be saved"):
        save_cohort(study, name, "age > 1")


@pytest.mark.parametrize("expression", ["age >", "nix == 1", "__import__('os')"])
def test_that_a_condition_that_cannot_be_is_refused(study, expression):
    with pytest.raises(ExpressionError):
        save_cohort(study, "a", expression)
    assert not saved_cohorts(study)


def test_that_cohorts_that_name_a_column_are_told(study, root):
    save_cohort(study, "a", "age > 1")
    save_cohort(study, "b", 'stage == "II"')
    assert cohorts_naming(study, "age") == ["a"]
    study.save()
    file = root / "pathgui.toml"
    file.write_text(file.read_text().replace("age > 1", "gone > 1"))
    study.close()
    with Project.open(root) as again:
        with pytest.raises(ProjectError, match="'a' cannot be used: there is no col"):
            slides_of_cohort(again, "a")
        assert slides_of_cohort(again, "b") == ["s1", "s2"]


def test_that_a_damaged_section_is_one_clear_error(study, root):
    study.close()
    file = root / "pathgui.toml"
    file.write_text(file.read_text() + "[saved_cohorts.a]\nexpression = 3\n")
    with pytest.raises(ProjectError, match="expression = 3"):
        Project.open(root)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("stage", "stage is not yes or no"),
        ('age > "fifty"', "'fifty' is text, but a number is needed"),
        ("age > missing", "no order"),
        ('True == "True"', "the comparison names no column"),
    ],
)
def test_that_a_condition_that_cannot_be_used_is_not_saved(study, condition, words):
    with pytest.raises(ExpressionError, match=words):
        keeping_cohort(study, "c", condition)
    assert not saved_cohorts(study)


def test_that_a_condition_names_either_of_two_columns_of_one_name(study):
    text = "slide_id,status\ns1,alive\ns2,dead\n"
    apply_import(study, plan_import(study, table_from_text(text)))
    assert slides_where(study, 'clinical.status == "alive"') == ["s1"]
    assert slides_where(study, 'manifest.staining == "HE"') == ["s1", "s2"]
    assert slides_where(study, 'clinical.slide_id == "s2"') == ["s2"]
    save_cohort(study, "living", 'clinical.status == "alive"')
    saved = saved_cohorts(study)["living"].expression
    assert saved == 'status_clinical == "alive"'
    assert cohorts_naming(study, "status_clinical") == ["living"]
    with pytest.raises(ExpressionError, match="has no column 'staining'"):
        slides_where(study, 'clinical.staining == "HE"')


def test_that_a_condition_written_with_a_table_follows_a_renamed_column(study):
    text = "slide_id,grade\ns1,high\ns2,low\n"
    apply_import(study, plan_import(study, table_from_text(text)))
    by_hand = SavedCohort('clinical.grade == "high"')
    study.configure(saved_cohorts={"two": by_hand})
    assert slides_of_cohort(study, "two") == ["s1"]
    edit = rename_column(study.clinical, "grade", "Grade 3")
    study.apply(with_followers(study, edit))
    assert saved_cohorts(study)["two"].expression == '`Grade 3` == "high"'
