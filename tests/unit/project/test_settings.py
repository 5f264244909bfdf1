"""Settings change with edits: undone, kept over a crash, merged one by one."""

import pytest

from pathgui.errors import ProjectError, SettingsChangedError
from pathgui.project import Column, Edit, Project, add_column, rename_column
from pathgui.project.cohorts import (
    forgetting_cohort,
    keeping_cohort,
    renaming_cohort,
    saved_cohorts,
)
from pathgui.project.config import load
from pathgui.project.lock import ProjectLock
from pathgui.project.renaming import with_followers
from pathgui.project.settingitems import linking_by, naming_rows_by


@pytest.fixture
def study(project, fill):
    fill(project, "s1", "s2")
    project.apply(add_column(project.manifest, Column("block")))
    project.save()
    return project


def saved(project):
    return {name: s.expression for name, s in saved_cohorts(project).items()}


def test_that_a_saved_view_comes_goes_and_comes_back_in_its_place(study, root):
    for name in ("a", "b", "c"):
        study.apply(keeping_cohort(study, name, f'block == "{name}"'))
    before = saved(study)
    for edit in (
        renaming_cohort(study, "a", "z"),
        forgetting_cohort(study, "b"),
        keeping_cohort(study, "c", "block == missing", "a story"),
    ):
        study.apply(edit)
        assert saved(study) != before
        study.apply(edit.inverse())
        assert list(saved(study).items()) == list(before.items())
    study.save()
    assert list(load(root).saved_cohorts) == ["a", "b", "c"]


def test_that_a_view_that_was_not_saved_survives_a_crash(study, root):
    study.apply(keeping_cohort(study, "a", 'block == "1"'))
    assert study.dirty
    assert "saved_cohorts" not in (root / "pathgui.toml").read_text()
    with Project.open(root, write=False) as reader:
        assert saved(reader) == {"a": 'block == "1"'}
    study.close()
    with Project.open(root) as again:
        assert again.recovered == 1
        assert saved(again) == {"a": 'block == "1"'}
        again.save()
    with Project.open(root) as once_more:
        assert (once_more.recovered, once_more.dirty) == (0, False)
    assert '"label":"Save view' in (root / "metadata/history.jsonl").read_text()


def test_that_what_another_program_writes_stays_beside_what_is_changed_here(
    study, root
):
    study.apply(keeping_cohort(study, "mine", 'block == "1"'))
    file = root / "pathgui.toml"
    file.write_text(
        file.read_text()
        + "[saved_cohorts.theirs]\nexpression = 'block == \"2\"'\n"
        + '[columns.manifest.block]\nkind = "number"\n'
    )
    study.save()
    assert set(load(root).saved_cohorts) == {"mine", "theirs"}
    assert set(saved(study)) == {"mine", "theirs"}
    assert study.manifest.column("block").kind == "number"


def test_that_a_change_of_what_another_program_changed_is_refused(study, root):
    first = keeping_cohort(study, "a", 'block == "1"')
    study.apply(first)
    study.save()
    file = root / "pathgui.toml"
    file.write_text(file.read_text().replace('\\"1', '\\"one'))
    with pytest.raises(SettingsChangedError, match="saved view “a” is not what it was"):
        study.apply(first.inverse())
    assert saved(study) == {"a": 'block == "one"'}
    assert not study.dirty


def test_that_saving_tells_once_what_was_changed_on_both_sides(study, root):
    study.apply(keeping_cohort(study, "a", 'block == "1"'))
    study.save()
    study.apply(keeping_cohort(study, "a", 'block == "2"'))
    file = root / "pathgui.toml"
    file.write_text(file.read_text().replace('\\"1', '\\"3'))
    with pytest.raises(SettingsChangedError, match="here, and by another"):
        study.save()
    study.save()
    assert load(root).saved_cohorts["a"].expression == 'block == "2"'


def test_that_conditions_follow_a_column_that_gets_another_name(study):
    conditions = {
        "a": 'block == "1" and "b" in block',
        "b": 'not (`stage` in ["II"])',
        "c": 'cohort == "block"',
    }
    for name, text in conditions.items():
        study.apply(keeping_cohort(study, name, text))
    edit = rename_column(study.manifest, "block", "Block no.")
    edit = with_followers(study, edit)
    study.apply(edit)
    assert saved(study) == {
        **conditions,
        "a": '`Block no.` == "1" and "b" in `Block no.`',
    }
    study.apply(edit.inverse())
    assert saved(study) == conditions


def test_that_conditions_follow_where_a_name_is_in_both_tables_now(study):
    study.apply(keeping_cohort(study, "a", 'stage == "II"'))
    study.apply(with_followers(study, rename_column(study.manifest, "block", "stage")))
    assert saved(study) == {"a": 'stage_clinical == "II"'}


def test_that_rule_and_key_are_edits_with_a_name(study):
    rule = linking_by(study.config, r"^(s)\d")
    key = naming_rows_by(study.config, "patient_id")
    both = Edit("Link", settings=(*rule.settings, *key.settings))
    assert rule.label == "Change the rule from slide to patient"
    study.apply(both)
    assert study.clinical.key == study.config.clinical_key == "patient_id"
    study.apply(both.inverse())
    assert study.clinical.key == "slide_id"
    assert not naming_rows_by(study.config, "slide_id")


def test_that_columns_another_program_defines_are_kept(study, root):
    file = root / "pathgui.toml"
    defined = '\n[columns.manifest.block]\nkind = "integer"\n'
    defined += '\n[columns.clinical.age]\nkind = "number"\nmaximum = 150\n'
    file.write_text(file.read_text() + defined)
    study.apply(keeping_cohort(study, "a", 'cohort == "lung"'))
    study.save()
    assert load(root).columns["manifest"]["block"].kind == "integer"
    assert load(root).columns["clinical"]["age"].maximum == 150
    assert study.manifest.column("block").kind == "integer"
    assert study.clinical.column("age").maximum == 150


def test_that_a_key_of_clinical_rows_that_is_none_is_told(study, root):
    study.close()
    file = root / "pathgui.toml"
    file.write_text(file.read_text().replace('key = "slide_id"', 'key = "name"'))
    with pytest.raises(ProjectError, match="key = 'name' makes no sense"):
        Project.open(root)


def test_that_settings_written_while_one_waits_for_the_lock_count(
    study, root, monkeypatch
):
    study.close()
    take = ProjectLock.acquire

    def later(lock):
        monkeypatch.undo()
        with Project.open(root) as other:  # is quicker
            other.apply(keeping_cohort(other, "theirs", 'cohort == "lung"'))
            other.save()
        take(lock)

    monkeypatch.setattr(ProjectLock, "acquire", later)
    with Project.open(root) as project:
        assert list(saved(project)) == ["theirs"]
        project.apply(keeping_cohort(project, "ours", 'cohort == "lung"'))
        project.save()
    assert list(load(root).saved_cohorts) == ["theirs", "ours"]
