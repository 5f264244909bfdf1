"""A shared table names nobody: ids changed, dates moved, no id left in any cell."""

from datetime import date

import pytest

from pathgui.errors import TableError
from pathgui.project import Column
from pathgui.project.csvtext import text_array
from pathgui.project.export.deidentify import (
    Deidentify,
    deidentify,
    free_texts,
    shifted,
)
from pathgui.project.sheet import Sheet

SALT = "a long secret"


def sheet(columns, *rows):
    texts = {
        column.name: text_array(cells)
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
    }
    return Sheet("clinical", tuple(columns), texts)


@pytest.fixture
def table():
    columns = (
        Column("slide_id"),
        Column("patient_id"),
        Column("path"),
        Column("seen", "date"),
        Column("died", "date", date_format="%d.%m.%Y"),
        Column("note"),
        Column("stage", "category"),
    )
    return sheet(
        columns,
        ("slide-1", "P0001", "/x/slide-1.svs", "2020-01-10", "20.01.2020", "", "II"),
        ("slide-2", "P0001", "/x/a.svs", "2020-02-10", "", "as slide-1.svs", "II"),
        ("slide-3", "P0002", "/x/b.svs", "soon", "", "see P0001, again", "III"),
        ("slide-4", "", "/x/c.svs", "2020-01-10T08:15", "", "fine", "I"),
    )


def test_that_ids_are_hashed_alike_everywhere(table):
    found = deidentify(table, Deidentify(SALT))
    patients = found.sheet.texts["patient_id"].tolist()
    assert patients[0] == patients[1] != patients[2]
    assert patients[3] == ""
    assert all(len(p) == 16 for p in patients[:3])
    again = deidentify(table, Deidentify(SALT)).sheet.texts["patient_id"]
    assert again.tolist() == patients
    other = deidentify(table, Deidentify("another secret")).sheet.texts["patient_id"]
    assert not set(other.tolist()[:3]) & set(patients[:3])
    assert found.hashed == ("slide_id", "patient_id")
    assert found.dropped == ("path",)


def test_that_ids_can_be_dropped(table):
    found = deidentify(table, Deidentify(SALT, ids="drop"))
    assert found.sheet.names == ("seen", "died", "note", "stage")


def test_that_no_cell_names_an_id(table):
    found = deidentify(table, Deidentify(SALT, ids="drop"), ["slide-9"])
    assert found.sheet.texts["note"].tolist() == ["", "", "", "fine"]
    assert found.emptied["note"] == 2
    left = " ".join(t for texts in found.sheet.texts.values() for t in texts)
    assert not any(word in left for word in ("slide-", "P0001", "P0002"))


def test_that_intervals_of_a_patient_stay_while_dates_move(table):
    found = deidentify(table, Deidentify(SALT)).sheet
    first, second = (date.fromisoformat(t) for t in found.texts["seen"].tolist()[:2])
    assert (second - first).days == 31
    assert first != date(2020, 1, 10)
    assert abs((first - date(2020, 1, 10)).days) <= 365
    died = found.texts["died"].tolist()[0]
    moved = (first - date(2020, 1, 10)).days
    assert died == shifted("20.01.2020", table.columns[4], moved)
    assert found.texts["seen"].tolist()[3].endswith("T08:15")


def test_that_dates_that_cannot_be_read_are_emptied_and_counted(table):
    found = deidentify(table, Deidentify(SALT))
    assert found.sheet.texts["seen"].tolist()[2] == ""
    assert found.emptied["seen"] == 1


def test_that_dates_can_be_left_out(table):
    found = deidentify(table, Deidentify(SALT, shift_dates=False))
    assert "seen" not in found.sheet.names


def test_that_no_patient_keeps_the_true_dates():
    how = Deidentify(SALT)
    days = {how.days(f"p{n}") for n in range(3000)}
    assert 0 not in days
    assert min(days) >= -365
    assert max(days) <= 365


def test_that_further_columns_are_left_out_and_unknown_ones_refused(table):
    found = deidentify(table, Deidentify(SALT, columns=frozenset({"note"})))
    assert "note" in found.dropped
    with pytest.raises(TableError, match="no column 'nix'"):
        deidentify(table, Deidentify(SALT, columns=frozenset({"nix"})))


def test_that_a_short_salt_is_refused(table):
    with pytest.raises(TableError, match="3 letters"):
        deidentify(table, Deidentify("abc"))


def test_that_free_text_is_pointed_at():
    found = sheet((Column("remark"), Column("stage")), ("seen in ward nine", "II"))
    assert list(free_texts(found)) == ["remark"]


def strip_one(name, *cells, kind="text", how=None, ids=("TCGA-05-4402", "P3", "12")):
    """What is left of one column beside a patient's id; None if it was dropped."""
    columns = (Column("patient_id"), Column(name, kind))
    rows = [(f"patient-{n}", cell) for n, cell in enumerate(cells)]
    found = deidentify(sheet(columns, *rows), how or Deidentify(SALT), ids)
    texts = found.sheet.texts
    return (texts[name].tolist() if name in texts else None), found


@pytest.mark.parametrize(
    "text",
    [
        "see (TCGA-05-4402)",
        "patient:TCGA-05-4402.",
        "tcga-05-4402 twin",
        "TCGA-05-4402-01A",
        "P3 is a brother",
        "seen 12.03.2011",
        "2012-05",
        "20120105",
        "5 Jan 2012",
    ],
)
def test_that_ids_and_dates_are_found_whatever_stands_around_them(text):
    cells, found = strip_one("note", text, "fine", "12 of 30 nodes", "pT2 R0")
    assert cells == ["", "fine", "12 of 30 nodes", "pT2 R0"]
    assert found.emptied["note"] == 1


@pytest.mark.parametrize(
    "name",
    ["path_clinical", "md5", "hospital_no", "Pathologist", "reviewer"],
)
def test_that_columns_that_tell_by_name_are_dropped_unless_kept(name):
    assert strip_one(name, "a", "b")[0] is None
    vouched = Deidentify(SALT, keep=frozenset({name}))
    assert strip_one(name, "a", "P3 x", how=vouched)[0] == ["a", ""]


@pytest.mark.parametrize("name", ["path_t_stage", "drug_name", "pages", "gene_no"])
def test_that_columns_that_only_sound_alike_stay(name):
    assert strip_one(name, "a", "b")[0] == ["a", "b"]


@pytest.mark.parametrize("kind", ["text", "category"])
@pytest.mark.parametrize(
    "cells",
    [
        ("2012-01-05 10:11:12", "2013-02-06 11:12:13"),
        ("05.01.2012", "06.02.2013"),
        ("1/25/2012", "2/16/2013"),
    ],
)
def test_that_dates_move_in_columns_of_any_kind(cells, kind):
    left, found = strip_one("taken", *cells, kind=kind)
    assert found.shifted == ("taken",)
    assert all(left)
    assert not set(left) & set(cells)
    gone = Deidentify(SALT, shift_dates=False)
    assert strip_one("taken", *cells, kind=kind, how=gone)[0] is None


def test_that_dates_in_mixed_spellings_are_emptied():
    cells, _ = strip_one("died", "05.01.2012", "2013-02-06", "Jan 7, 2014", "alive")
    assert cells == ["", "", "", "alive"]


def test_that_years_go_and_high_ages_are_put_together():
    assert strip_one("year_of_birth", "1931", "1950", kind="integer")[0] is None
    ages, found = strip_one("age", "93", "61", "90", kind="integer")
    assert ages == ["90", "61", "90"]
    assert found.aged == {"age": 2}
    assert strip_one("years_smoked", "12", "40", kind="integer")[0] == ["12", "40"]


@pytest.mark.parametrize(
    "name",
    [
        "patient_last_name", "Nachname", "PatientenName", "maiden name", "patient_mrn",
        "NHS number", "case_number", "city", "Wohnort", "phone_number", "device_serial",
        "P3_says",
    ],
)  # fmt: skip
def test_that_columns_about_a_person_are_dropped_by_name(name):
    assert strip_one(name, "a", "b")[0] is None


@pytest.mark.parametrize(
    "name", ["gene_name", "drug_name", "study_name", "n_slides", "staining"]
)
def test_that_names_of_things_stay(name):
    assert strip_one(name, "3", "4")[0] == ["3", "4"]


def test_that_days_written_as_whole_numbers_move_whatever_they_are_called():
    cells, found = strip_one("visit", "20120105", "20130206", kind="integer")
    assert found.shifted == ("visit",)
    assert not {"20120105", "20130206"} & set(cells)
    counts = strip_one("cells", "20120105", "20139999", kind="integer")[0]
    assert counts == ["20120105", "20139999"]


def test_that_one_patient_spelled_with_blanks_or_another_encoding_is_one():
    how = Deidentify(SALT)
    assert how.pseudonym("Müller-1") == how.pseudonym(" Mu\u0308ller-1 ")
    assert how.days("P1") == how.days("P1 ")
    assert how.pseudonym(" ") == ""
    cells = strip_one("note", "Mu\u0308ller-1 was here", ids=("Müller-1",))[0]
    assert cells == [""]
