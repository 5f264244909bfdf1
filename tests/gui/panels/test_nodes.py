"""The plain halves of tree and inspector."""

from datetime import UTC, datetime, timedelta

import pytest

from pathgui.gui.panels.facts import decision_facts, result_facts, slide_facts
from pathgui.gui.panels.nodes import ago, build
from pathgui.gui.session.decisions import Decided
from pathgui.gui.session.runstate import RunState, SlideRun
from pathgui.project import Edit

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_that_the_tree_lists_cohorts_recipes_and_runs(session):
    run = RunState("r1", recipe="small", state="done", when=NOW.isoformat())
    root = build(session.project, [run], session.patients(), now=NOW)
    assert [node.text for node in root.children] == ["Cohorts", "Recipes", "Runs"]
    cohorts = root.children[0].children
    assert [(node.text, node.aside) for node in cohorts] == [
        ("real", "1"),
        ("lung", "4"),
    ]
    slides = [node.key for node in cohorts[1].walk() if node.kind == "slide"]
    assert slides == ["S1", "S2", "S3", "S4"]
    assert [node.kind for node in cohorts[1].children] == ["patient"] * 4
    assert root.children[2].children[0].text == "Run 1 · small"


def test_that_slides_of_one_patient_stand_together(session):
    clinical = session.project.clinical
    cell = clinical.cell(clinical.find("S2"), "patient_id", "001")
    session.edit(Edit("Same patient", (cell,)))
    cohort = (
        build(session.project, [], session.patients(), now=NOW).children[0].children[1]
    )
    assert next((n.kind, n.text, n.aside) for n in cohort.children) == (
        "patient",
        "001",
        "2",
    )


def test_that_the_filter_of_the_tree_keeps_what_holds_the_words(session):
    root = build(session.project, [], {}, "s3")
    slides = [node.key for node in root.walk() if node.kind == "slide"]
    assert slides == ["S3"]
    root = build(session.project, [], session.patients(), "002")
    assert [n.key for n in root.walk() if n.kind == "slide"] == ["S2"]


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=10), "12 Nov 2026"),
    ],
)
def test_that_times_are_said_as_people_say_them(past, words):
    assert ago((NOW - past).isoformat(), NOW) == words


def test_that_facts_are_said_with_units():
    row = {
        "width": "2220", "height": "2967", "mpp": "0.499", "magnification": "20",
        "vendor": "aperio", "scanner": "ScanScope", "size_mb": "1.939",
        "path": "raw_slides/a/x.svs", "checksum": "1ad6e35c9d17aaaaaaaaaaaaaaaa",
    }  # fmt: skip
    facts = dict(slide_facts(row))
    assert facts["Size"] == "2,220 × 2,967 px"
    assert facts["Resolution"] == "0.499 µm/px · 20×"
    assert facts["Scanner"] == "Aperio, ScanScope"
    assert facts["File"] == "1.9 MB · SVS"


def test_that_a_decision_names_its_reviewer_only_if_it_is_the_last_one():
    last = Decided("2026-11-12T14:06:00+00:00", "pass", "", "fine", "Ada")
    facts = dict(decision_facts({"qc_status": "pass"}, last))
    assert facts["Decision"] == "Pass · by Ada"
    facts = dict(decision_facts({"qc_status": "flag"}, last))
    assert (facts["Decision"], facts["When"]) == ("Flag", "")


def test_that_a_result_names_the_recipe_that_made_it():
    run = RunState("r", recipe="small", slides={"S1": SlideRun("S1", "done")})
    row = {"slide_id": "S1", "n_tiles": "1234", "tissue_fraction": "0.37"}
    facts = dict(result_facts(row, [run]))
    assert facts == {"Recipe": "small", "Tiles": "1,234", "Tissue": "37 %", "Made": ""}


def test_that_the_result_told_of_is_the_main_one_where_there_is_one():
    def run(recipe, output):
        slide = SlideRun("S1", "done", output=f"/study/processed/lung/{output}")
        return RunState(recipe, recipe=recipe, slides={"S1": slide})

    row = {"slide_id": "S1", "n_tiles": "12"}
    metrics, tiles = run("quality metrics", "S1.qc.h5"), run("tiles", "S1.h5")
    assert dict(result_facts(row, [metrics, tiles]))["Recipe"] == "tiles"
    assert dict(result_facts(row, [metrics]))["Recipe"] == "quality metrics"
