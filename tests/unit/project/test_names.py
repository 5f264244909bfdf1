"""Slide ids and cohort names fit every disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathgui.project import check_cohort, check_slide_id, slide_id_for
from pathgui.project.names import check_name, drop_slide_suffix


@pytest.mark.parametrize(
    ("path", "slide_id"),
    [
        ("raw/CMU-1.svs", "CMU-1"),
        ("a/OS-1.ome.tif", "OS-1"),
        ("a/OS-1.OME.TIFF", "OS-1"),
        ("TCGA-1.381c8f82-61a0.svs", "TCGA-1.381c8f82-61a0"),
        ("TCGA-1.381c8f82-61a0", "TCGA-1.381c8f82-61a0"),
        ("ok_но_имя 日本 😐 (1).tif", "ok_но_имя 日本 😐 (1)"),
        ("CON.svs", "_CON"),
        ("nul.backup.svs", "_nul.backup"),
        ("-rf.svs", "rf"),
        (".hidden.svs", "hidden"),
        ("a:b*c?.svs", "a_b_c_"),
        ("a,b.svs", "a_b"),
        ("all.svs", "all_2"),
        (".svs", "svs"),
        ("x. .svs", "x"),
    ],
)
def test_that_a_slide_id_is_the_file_name_made_safe(path, slide_id):
    assert slide_id_for(path) == slide_id


def test_that_slides_of_one_name_get_ids_of_their_own():
    taken = {"x", "X_2"}
    assert slide_id_for("b/x.svs", taken) == "x_3"


def test_that_a_slide_id_never_equals_a_cohort_name():
    assert slide_id_for("lung.svs", {"Lung"}) == "lung_2"
    assert check_slide_id("lung", ["Lung"]) == "is the name of a cohort"


@given(st.text(max_size=300), st.sets(st.text(max_size=5), max_size=4))
def test_that_whatever_a_file_is_called_its_id_is_a_safe_name(name, taken):
    slide_id = slide_id_for(name, taken)
    assert check_slide_id(slide_id) == ""
    assert slide_id.casefold() not in {item.casefold() for item in taken}
    assert len(f"{slide_id}_features.h5.part".encode()) < 255


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "a\0",
        "con",
        "LPT1.h5",
        " x",
        "x ",
        "-x",
        "x" * 300,
    ],
)
def test_that_unsafe_names_are_refused_with_a_reason(name):
    assert check_name(name) != ""
    assert check_slide_id(name) != ""
    assert check_cohort(name) != ""


def test_that_all_is_nobodys_name():
    assert check_slide_id("ALL") != ""
    assert check_cohort("all") != ""


def test_that_only_known_endings_are_dropped():
    assert drop_slide_suffix("a.b.SVS") == "a.b"
    assert drop_slide_suffix("a.b") == "a.b"


def test_that_accents_written_in_two_ways_are_one_name():
    assert slide_id_for("M\u00fcller.svs", {"mu\u0308ller"}) == "M\u00fcller_2"
