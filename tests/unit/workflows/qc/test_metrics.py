"""Quality metrics: measured by the recipe, gathered, compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from pathgui.engine import load_recipe, process_slide
from pathgui.errors import ProjectError, TableError
from pathgui.project import Edit, Project
from pathgui.settings import resource
from pathgui.workflows.add_slides import add
from pathgui.workflows.qc.exchange import export_quality, import_quality
from pathgui.workflows.qc.metrics import (
    columns_of,
    gather,
    measures,
    metrics_file,
    read_metrics,
)
from pathgui.workflows.qc.outliers import by_slide, find_outliers, robust_z
from pathgui.workflows.qc.report import default_file, write_report
from pathgui.workflows.qc.report_data import collect
from pathgui.workflows.review import Decision, decide, log_decision

RECIPE = load_recipe(resource("pipelines/qc_metrics.toml"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory, synthetic):
    """A project with one measured slide, and three that are not there."""
    root = tmp_path_factory.mktemp("qc") / "study"
    with Project.create(root, "Lung <pilot>") as project:
        add(project, [synthetic], "real")
        rows = [
            {"slide_id": f"S{k}", "path": f"S{k}.svs", "cohort": "lung"}
            for k in range(3)
        ]
        project.apply(Edit("rows", added=project.manifest.new_rows(rows)))
        project.save()
        process_slide(
            project.slide_path("synthetic"),
            RECIPE,
            project.result_path("synthetic", "qc"),
            slide_id="synthetic",
        )
    return root


@pytest.fixture
def project(measured, tmp_path):
    import shutil

    shutil.copytree(measured, tmp_path / "p")
    with Project.open(tmp_path / "p") as opened:
        yield opened


def test_that_the_bundled_recipe_measures_a_slide_and_the_numbers_make_sense(project):
    assert measures(RECIPE)
    done = gather(project)
    assert (done.measured, done.new, done.problems) == (1, 1, {})
    row = {
        k: float(v)
        for k, v in read_metrics(project)["synthetic"].items()
        if "." in v and k != "measured"
    }
    assert row["focus"] > 0
    assert 0.05 < row["tissue_share"] < 0.95
    assert 0.2 < row["tissue_mm2"] < 1.05
    assert 0 < row["brightness"] < 1
    assert row["h_red"] > row["e_red"]
    assert np.linalg.norm(
        [row[f"h_{c}"] for c in ("red", "green", "blue")]
    ) == pytest.approx(1, abs=1e-3)
    assert float(read_metrics(project)["synthetic"]["pen_share"]) == 0


def test_that_gathering_again_reads_nothing_and_a_damaged_result_is_named(project):
    gather(project)
    before = metrics_file(project).read_bytes()
    assert gather(project).new == 0
    assert metrics_file(project).read_bytes() == before
    bad = project.result_path("S1", "qc")
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_bytes(b"no hdf5")
    assert "S1" in gather(project).problems
    assert read_metrics(project)["synthetic"]["focus"]


def test_that_a_deleted_result_keeps_its_numbers_and_a_lost_slide_loses_them(project):
    gather(project)
    project.result_path("synthetic", "qc").unlink()
    assert gather(project).measured == 1
    row = project.manifest.find("synthetic")
    project.apply(Edit("gone", removed=project.manifest.gone_rows([row])))
    assert gather(project).measured == 0
    assert read_metrics(project) == {}


@given(
    hn.arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6)),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_that_robust_scores_do_not_depend_on_unit_and_zero(values, scale, shift):
    plain = robust_z(np.round(values, 3))
    moved = robust_z(np.round(values, 3) * scale + shift)
    assert np.isfinite(plain).all()
    keep = np.abs(plain) < 1e5
    assert np.allclose(plain[keep], moved[keep], rtol=1e-3, atol=1e-2)


def test_that_one_blurred_slide_is_suggested_with_its_reason():
    slides = [f"S{k}" for k in range(12)]
    rng = np.random.default_rng(3)
    focus = 400 + 40 * rng.standard_normal(12)
    focus[5] = 12.0
    pen = np.zeros(12)
    pen[3] = 0.06
    pen[4] = 0.0005
    found = find_outliers(slides, ["a"] * 12, {"focus": focus, "pen_share": pen})
    assert set(by_slide(found)) == {"S5", "S3"}
    why = by_slide(found)["S5"][0].why
    assert why.startswith("Focus 12 is ")
    assert "MAD below the median of a" in why
    assert "6.0 %" in by_slide(found)["S3"][0].why


def test_that_small_cohorts_are_compared_with_all_slides_and_few_slides_not_at_all():
    values = np.array([10.0, 11, 9, 10, 11, 9, 10, 500])
    slides = [f"S{k}" for k in range(8)]
    found = find_outliers(slides, ["a"] * 4 + ["b"] * 4, {"tissue_mm2": values})
    assert [item.slide_id for item in found] == ["S7"]
    assert found[0].group == ""
    assert find_outliers(slides[:7], ["a"] * 7, {"tissue_mm2": values[1:]}) == []
    assert find_outliers(slides, ["a"] * 8, {"tissue_mm2": values * np.nan}) == []


HISTOQC = (
    "#start_time:\t2026\n"
    "#dataset:filename\tcomments\ttype\tcomment\tpen_markings\t#pieces\tblurry\twarnings\n"
    "synthetic.tif\tlooks fine\ttiff\tA\tB\t0.25\t3\tNA\tone|two\n"
    "#dataset:filename\tcomments\ttype\tcomment\tpen_markings\t#pieces\tblurry\twarnings\n"
    "other.svs\t\ttiff\tA\t1\t-100\t0\t\n"
)


def test_that_results_of_histoqc_find_their_slide_by_its_file_name(project):
    gather(project)
    file = project.root / "results.tsv"
    file.write_text(HISTOQC)
    done = import_quality(project, file)
    assert (done.slides, done.unknown) == (["synthetic"], ["other.svs"])
    row = read_metrics(project)["synthetic"]
    assert row["histoqc_pen_markings"] == "0.25"
    assert row["histoqc_pieces"] == "3"
    assert row["histoqc_warnings"] == "one | two"
    assert row["histoqc_comments"] == "looks fine"
    assert "histoqc_blurry" not in row
    assert row["focus"], "what was measured here stays"
    assert "histoqc_pen_markings" in columns_of(read_metrics(project), ["synthetic"])


def test_that_real_results_of_histoqc_are_read(data, project):
    rows = [
        {"slide_id": "EJ", "path": "raw/TCGA-EJ-5509-01A-01-BS1_ROI.svs", "cohort": "c"}
    ]
    project.apply(Edit("row", added=project.manifest.new_rows(rows)))
    done = import_quality(project, data / "interop/histoqc/results.tsv")
    assert done.slides == ["EJ"]
    row = read_metrics(project)["EJ"]
    assert float(row["histoqc_blurry_removed_max_area"]) == 4915
    assert float(row["histoqc_pixels_to_use"]) == 43665
    assert "macro" in row["histoqc_warnings"]


def test_that_decisions_go_out_and_come_in_again(project, tmp_path):
    project.apply(decide(project, "S0", "exclude", "fold; pen, blue"))
    log_decision(project, Decision("S0", "exclude", "fold; pen, blue", "a\nb", "Ada"))
    out = tmp_path / "out" / "quality.tsv"
    assert export_quality(project, out) == 4
    project.apply(decide(project, "S0", ""))
    done = import_quality(project, out)
    assert (done.slides, done.ok) == (["S0"], True)
    row = project.manifest.find("S0")
    assert project.manifest.text(row, "qc_status") == "exclude"
    assert project.manifest.text(row, "qc_reason") == "fold; pen, blue"
    assert import_quality(project, out).slides == []


def test_that_what_cannot_be_taken_in_is_refused_or_named(project, tmp_path):
    file = tmp_path / "x.csv"
    with pytest.raises(TableError, match="not there"):
        import_quality(project, file)
    file.write_text("a,b\n1,2\n")
    with pytest.raises(TableError, match="no quality decisions"):
        import_quality(project, file)
    file.write_text("slide_id,qc_status\nS0,maybe\nnobody,pass\nS1,Pass\n")
    done = import_quality(project, file)
    assert (len(done.problems), done.unknown, done.slides) == (1, ["nobody"], ["S1"])
    with pytest.raises(ProjectError, match="ending"):
        export_quality(project, tmp_path / "x.doc")


def test_that_the_report_needs_nothing_beside_it_and_trusts_no_name(project):
    gather(project)
    for slide, status in (("synthetic", "exclude"), ("S0", "exclude"), ("S1", "flag")):
        note = "<script>alert(1)</script>"
        project.apply(decide(project, slide, status, "fold"))
        log_decision(project, Decision(slide, status, "fold", note, "Ada"))
        log_decision(project, Decision(slide, status, "fold", note, "Bo"))
    found = write_report(project, default_file(project))
    page = default_file(project).read_text("utf-8")
    assert "<script" not in page
    assert "Lung &lt;pilot&gt;" in page
    assert page.count("data:image/jpeg;base64,") == 1
    assert page.count("No picture") == 1, "the slide of S0 is missing"
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    data = found.as_dict()
    assert data["counts"] == {"pass": 0, "flag": 1, "exclude": 2, "unreviewed": 1}
    assert data["cohorts"]["lung"]["reasons"] == {"fold": 2}
    assert data["reviewers"] == {"Ada": 3, "Bo": 3}
    assert data["agreement"][0]["same"] == 3


def test_that_a_report_without_slides_or_metrics_says_so(tmp_path):
    with Project.create(tmp_path / "empty") as empty:
        page = tmp_path / "empty.html"
        write_report(empty, page)
        assert "no slides in this project yet" in page.read_text("utf-8")
        row = {"slide_id": "A", "path": "a.svs", "cohort": ""}
        empty.apply(Edit("Add", added=empty.manifest.new_rows([row])))
        found = write_report(empty, page)
    text = page.read_text("utf-8")
    assert [part.name for part in found.parts] == ["No cohort"]
    assert "1 slide ·" in text
    assert "No metrics are known" in text


def test_that_a_report_of_one_cohort_leaves_the_others_out(project):
    found = collect(project, "real")
    assert [part.name for part in found.parts] == ["real"]
    assert found.slides == 1
    with pytest.raises(ProjectError, match="no cohort"):
        collect(project, "nowhere")


def test_that_an_export_of_decisions_runs_nothing_and_spares_the_project(
    project, tmp_path
):
    note = '=HYPERLINK("http://x")'
    project.apply(decide(project, "S0", "flag", note))
    log_decision(project, Decision("S0", "flag", note, "", "Ada"))
    out = tmp_path / "quality.csv"
    export_quality(project, out)
    assert ",=HYP" not in out.read_text().replace('"', "")
    project.apply(decide(project, "S0", ""))
    import_quality(project, out)
    row = project.manifest.find("S0")
    assert project.manifest.text(row, "qc_reason") == note
    own = project.root / "metadata" / "slide_manifest.csv"
    project.save()
    before = own.read_bytes()
    with pytest.raises(TableError, match="of the project itself"):
        export_quality(project, own)
    assert own.read_bytes() == before
