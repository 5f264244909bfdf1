"""Runs of a project: recipes of single slides, looks ahead, what a run leaves."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pathgui.cli import main
from pathgui.engine import parse_recipe
from pathgui.errors import ProjectError, RecipeError, RunError
from pathgui.jobs import disk, write_report
from pathgui.project import Column, Edit, Project
from pathgui.storage import open_file
from pathgui.workflows.add_slides import add
from pathgui.workflows.carry_out import carry_out
from pathgui.workflows.cluster_options import run_options
from pathgui.workflows.preflight import check
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.run_recipe import RunOptions, prepare
from pathgui.workflows.slide_recipes import own_recipe
from pathgui.workflows.status import run_report, summary

THREADS = RunOptions(workers=1, scheduler="threads")


@pytest.fixture(scope="module")
def slide(tmp_path_factory):
    from pathgui.workflows.synthetic import SlideLook, make_slide

    return make_slide(
        tmp_path_factory.mktemp("slide") / "s.tif", SlideLook(1024, seed=3, pieces=1)
    )


@pytest.fixture
def project(tmp_path, slide, recipe_text):
    raw = tmp_path / "raw"
    raw.mkdir()
    names = ("a", "b<i>&")
    paths = [Path(shutil.copy(slide, raw / f"{name}.tif")) for name in names]
    with Project.create(tmp_path / "study") as made:
        (made.folder("pipelines") / "small.toml").write_text(recipe_text)
        assert not add(made, paths, "c1").problems
        yield made


def put(project, row, column, text):
    project.ensure_column("manifest", column)
    cell = project.manifest.cell(project.manifest.row_ids[row], column, text)
    project.apply(Edit("set", (cell,)))


def run(project, **options):
    chosen = replace(THREADS, **options)
    return carry_out(project, prepare(project, Path("small"), options=chosen))


def made(project, slide_id):
    with open_file(project.result_path(slide_id)) as file:
        slide = file.slide(0)
        return {tuple(xy) for xy in slide.grid().coords.tolist()}, slide.provenance


def test_that_classes_of_annotations_stand_in_a_cell_for_one_slide(recipe_text):
    recipe = parse_recipe(recipe_text)
    cells = {"recipe.tiling.include": "Tumour, Stroma"}
    own = own_recipe(recipe, "a", cells)
    assert own.tiling.include == ("Tumour", "Stroma")
    cells["recipe.tiling.include"] = "default"
    assert own_recipe(own, "a", cells).hash == recipe.hash


def test_that_an_exclusion_makes_its_slide_anew_and_no_other(project):
    slides = [project.manifest.text(r, "slide_id") for r in project.manifest.row_ids]
    assert run(project).done == 2
    before = {slide: made(project, slide)[0] for slide in slides}
    stamp = project.result_path(slides[1]).stat()
    box = (*min(before[slides[0]]), 256, 256)
    log_tiles(project, slides[0], [box])
    again = run(project)
    assert (again.done, again.skipped, again.failed) == (1, 1, 0)
    assert "1 excluded in review" in again.text()
    tiles, facts = made(project, slides[0])
    assert tiles == before[slides[0]] - {box[:2]}
    assert facts["excluded_tiles"] == 1
    now = project.result_path(slides[1]).stat()
    assert (now.st_mtime_ns, now.st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    row = project.manifest.find(slides[0])
    assert project.manifest.value(row, "n_tiles") == len(before[slides[0]]) - 1
    run_file = project.folder("runs") / again.run_id / "run.json"
    rows = json.loads(run_file.read_text())["slides"]
    told = {line["slide_id"]: line["excluded_tiles"] for line in rows}
    assert told == {slides[0]: 1, slides[1]: 0}
    assert run(project).skipped == 2
    log_tiles(project, slides[0], [box], restore=True)
    assert (run(project).done, made(project, slides[0])[0]) == (1, before[slides[0]])


def test_that_a_column_changes_the_recipe_of_its_slides_alone(project):
    put(project, 0, "recipe.tiling.min_tissue", "0")
    plain, changed = (
        task.recipe for task in reversed(prepare(project, Path("small")).plan.tasks)
    )
    assert plain is None
    assert changed is not None
    assert changed.tiling.min_tissue == 0
    done = run(project)
    assert done.done == 2
    tiles = [project.manifest.value(row, "n_tiles") for row in project.manifest.row_ids]
    assert tiles[0] == 16
    assert tiles[1] < 16
    with open_file(project.result_path("a")) as file:
        assert file.slide(0).provenance["recipe_hash"] == changed.hash
    again = run(project)
    assert (again.done, again.skipped) == (0, 2)


class Watched:
    """Which results of a project were made anew since the last look."""

    def __init__(self, project):
        manifest = project.manifest
        ids = [manifest.text(row, "slide_id") for row in manifest.row_ids]
        self.paths = {slide: project.result_path(slide) for slide in ids}
        self.seen = self.stamps()

    def stamps(self):
        found = {slide: path.stat() for slide, path in self.paths.items()}
        return {slide: (s.st_mtime_ns, s.st_ino) for slide, s in found.items()}

    def changed(self):
        before, self.seen = self.seen, self.stamps()
        return [slide for slide in self.paths if before[slide] != self.seen[slide]]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("recipe.tiling.min_tissue", ("0", "0.9", "")),
        ("recipe.small.tiling.tile_size", ("128", "")),
        ("recipe.output.compression", ("1", "")),
        ("mpp", ("0.4", "0.5")),
        ("magnification", ("10", "20")),
    ],
)
def test_that_a_change_in_the_manifest_makes_its_slide_anew_and_no_other(
    project, column, values
):
    assert run(project).done == 2
    watched = Watched(project)
    for text in values:
        put(project, 0, column, text)
        again = run(project)
        assert (again.done, again.skipped, again.failed) == (1, 1, 0), text
        assert watched.changed() == ["a"]
        assert run(project).skipped == 2
    log = (project.folder("runs") / again.run_id / "run.log").read_text("utf-8")
    assert "a: " in log
    assert ("other parameters of this slide" in log) == column.startswith("recipe")


def test_that_parameters_and_drawings_of_a_slide_may_change_at_once(project):
    put(project, 0, "recipe.tiling.min_tissue", "0")
    assert run(project).done == 2
    before, watched = made(project, "a")[0], Watched(project)
    box = (*min(before), 256, 256)
    log_tiles(project, "a", [box])
    assert (run(project).done, watched.changed()) == (1, ["a"])
    assert made(project, "a")[0] == before - {box[:2]}
    put(project, 0, "recipe.tiling.min_tissue", "0.9")
    log_tiles(project, "a", [box], restore=True)
    assert (run(project).done, watched.changed()) == (1, ["a"])
    assert len(made(project, "a")[0]) < len(before)
    assert run(project).skipped == 2


def test_that_parameters_of_a_slide_are_no_way_round_another_recipe(
    project, recipe_text
):
    put(project, 0, "recipe.tiling.min_tissue", "0")
    assert run(project).done == 2
    file = project.folder("pipelines") / "small.toml"
    file.write_text(recipe_text.replace("tile_size = 256", "tile_size = 128"))
    put(project, 0, "recipe.tiling.min_tissue", "0.9")
    again = run(project)
    assert (again.done, again.failed) == (0, 2)


def test_that_results_without_the_recipe_of_their_run_are_no_reason_to_make_them_anew(
    project, monkeypatch
):
    """As they were made before results told it."""
    put(project, 0, "recipe.tiling.min_tissue", "0")
    monkeypatch.setattr("pathgui.jobs.worker.RUN_RECIPE", "x")
    assert run(project).done == 2
    assert "run_recipe_hash" not in made(project, "a")[1]
    monkeypatch.undo()
    watched = Watched(project)
    assert (run(project).skipped, watched.changed()) == (2, [])
    # The other slide was made by the recipe as it is: that can be seen all the same.
    put(project, 1, "recipe.tiling.min_tissue", "0.9")
    assert (run(project).done, watched.changed()) == (1, ["b_i_&"])


def test_that_a_named_result_leaves_the_figures_of_the_main_one_alone(
    project, recipe_text
):
    def tiles():
        rows = project.manifest.row_ids
        return [project.manifest.value(row, "n_tiles") for row in rows]

    finer = recipe_text.replace("tile_size = 256", "tile_size = 128")
    other = f'{finer}\n[output]\nname = "other"\n'
    (project.folder("pipelines") / "other.toml").write_text(other)
    named = carry_out(project, prepare(project, Path("other"), options=THREADS))
    assert named.done == 2
    first = tiles()
    assert all(first)
    assert run(project).done == 2
    main_figures = tiles()
    assert main_figures != first
    again = replace(THREADS, force=True)
    assert carry_out(project, prepare(project, Path("other"), options=again)).done == 2
    assert tiles() == main_figures


@pytest.mark.parametrize(
    ("column", "text", "found"),
    [
        ("recipe.tiling.mpp", "1.0", lambda r: (r.tiling.level, r.tiling.mpp)),
        ("recipe.output.compression", "4", lambda r: r.output.compression),
        ("recipe.tiling.pad", "true", lambda r: r.tiling.pad),
        (
            "recipe.TissueDetectionHE.mask_name",
            "t2",
            lambda r: r.config()["steps"][0]["mask_name"],
        ),
    ],
)
def test_that_values_of_columns_get_the_type_of_their_key(
    recipe_text, column, text, found
):
    recipe = parse_recipe(recipe_text)
    changed = own_recipe(recipe, "a", {column: text, "cohort": "c"})
    assert changed is not None
    wanted = {"1.0": (None, 1.0), "4": "4", "true": True, "t2": "t2"}
    assert found(changed) == wanted[text]
    assert own_recipe(recipe, "a", {column: " "}) is None


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("recipe.tiling.min_tissue", "much"),
        ("recipe.tiling.min_tissue", "nan"),
        ("recipe.tiling.colour", "1"),
        ("recipe.tiling", "1"),
        ("recipe.output.name", "x"),
        ("recipe.SuperpixelInterpolation.n", "1"),
    ],
)
def test_that_a_column_that_fits_nothing_is_named(recipe_text, column, text):
    with pytest.raises(RecipeError, match=column.replace(".", r"\.")):
        own_recipe(parse_recipe(recipe_text), "a", {column: text})


def test_that_slides_without_files_are_told_by_number_and_by_name(project):
    for row in (0, 1):
        put(project, row, "path", "")
    with pytest.raises(ProjectError) as caught:
        prepare(project, Path("small"))
    assert caught.value.message == "none of 2 slides can be run; a: No file is named"


def test_that_a_hostile_row_is_left_out_and_the_others_run(project):
    put(project, 0, "path", "../../etc/passwd")
    plan = prepare(project, Path("small")).plan
    assert [task.slide_id for task in plan.tasks] == ["b_i_&"]
    found = check(project, plan)
    assert list(found.left_out) == ["a"]
    assert ".." in found.left_out["a"]
    with pytest.raises(ProjectError, match=r"\.\."):
        prepare(project, Path("small"), slides=["a"])


def test_that_cells_that_do_not_fit_are_told_before_a_run(project):
    project.ensure_column("manifest", Column("age", "number", maximum=120))
    put(project, 0, "age", "300")
    (warning,) = check(project, prepare(project, Path("small")).plan).warnings
    assert warning.startswith("a: age is '300'")


def test_that_a_disk_too_small_refuses_once_sizes_are_known(project, monkeypatch):
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: (1000, 10**9))
    plan = prepare(project, Path("small")).plan
    assert "free" in check(project, plan).warnings[0]
    assert check(project, plan, disk=False).warnings == []
    monkeypatch.undo()
    carry_out(project, prepare(project, Path("small"), slides=["a"], options=THREADS))
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: (1000, 10**9))
    with pytest.raises(RunError, match="are free"):
        check(project, prepare(project, Path("small")).plan)


def test_that_a_result_says_how_it_came_about(project):
    done = run(project)
    with open_file(project.result_path("a")) as file:
        facts = file.slide(0).provenance
    recipe = parse_recipe(facts["recipe_text"])
    assert facts["run_id"] == done.run_id
    assert recipe.hash == facts["recipe_hash"]
    for name in ("host", "platform", "started", "ended", "source_quickhash"):
        assert facts[name]
    assert {"pathgui", "python", "numpy", "scipy", "scikit-image"} <= set(
        facts["versions"]
    )


def test_that_a_run_leaves_a_report_that_needs_nothing_beside_it(project):
    project.slide_path("a").write_bytes(b"<script>alert(1)</script>")
    done = run(project)
    page = Path(done.report).read_text("utf-8")
    assert (done.done, done.failed) == (1, 1)
    for piece in (done.run_id, "b_i_&amp;", "two years", "numpy", "min_tissue",
                  "failed", "pip install"):  # fmt: skip
        assert piece in page
    assert "<script" not in page
    for outside in ("http://", "https://", "src=", "@import"):
        assert outside not in page


def test_that_a_report_tells_when_the_recipe_has_changed(project, recipe_text):
    done = run(project)
    folder = Path(done.report).parent
    assert "still the same" in (page := write_report(folder).read_text("utf-8"))
    assert "has changed since" not in page
    text = recipe_text.replace("0.5", "0.4")
    (project.folder("pipelines") / "small.toml").write_text(text)
    file = run_report(project, done.run_id)
    assert "has changed since" in file.read_text("utf-8")
    for name in ("nowhere", "../..", "x/../y"):
        with pytest.raises(RunError):
            run_report(project, name)


def test_that_status_counts_slides_of_runs_by_state(project):
    run(project)
    (line,) = summary(project).runs
    assert (line.outcome, line.slides) == ("done", {"done": 2})
    (project.folder("runs") / "journal.db").write_bytes(b"no database at all")
    found = summary(project)
    assert found.runs == []
    assert "journal" in found.journal_problem


def test_that_wishes_to_a_queue_are_checked(project):
    options = RunOptions(scheduler="slurm")
    project.configure(defaults={"cluster": {"account": "lab", "batch": 3}})
    found = run_options(
        project, options, memory="2G", cluster=["queue=long", "time=90m", "mem=4g"]
    )
    assert found.memory_limit == 2 * 1024**3
    assert found.cluster == {
        "account": "lab", "queue": "long", "memory": "4GB", "walltime": "01:30:00",
    }  # fmt: skip
    for words in (["queue"], ["queue=a b"], ["python=x;y", "mem=?"], ["color=red"]):
        with pytest.raises(RunError):
            run_options(project, options, cluster=words)
    with pytest.raises(RunError, match="--scheduler"):
        run_options(project, RunOptions(), cluster=["queue=x"])
    with pytest.raises(RunError, match="three"):
        run_options(project, options, tls=(Path("ca.pem"), None, None))
    with pytest.raises(RunError, match="memory"):
        run_options(project, options, memory="much")


def test_that_the_options_of_a_run_are_words(project, capfd):
    root = project.root
    project.close()
    words = ["run", str(root), "small", "--scheduler", "threads", "--workers", "1",
             "--verify", "--hang-seconds", "60", "--memory-limit", "2G"]  # fmt: skip
    assert main([*words, "--json"]) == 0
    out, err = capfd.readouterr()
    report = json.loads(out)
    assert report["done"] == 2
    assert f"Report: {report['report']}" in err
    Path(report["report"]).unlink()
    assert main(["status", str(root), "--report", report["run_id"], "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["report"] == report["report"]
    assert Path(report["report"]).exists()
    assert main([*words, "--cluster", "queue=x"]) == 2
    out = root.parent / "array"
    words = ["array", str(root), "small", "--system", "pbs", "--out", str(out)]
    assert main(words) == 0
    assert "up to date" in capfd.readouterr().out
    assert main([*words, "--force", "--queue", "a b"]) == 2
    assert main([*words, "--force", "--queue", "long", "--batch", "2"]) == 0
    assert main(["array-task", str(out), "--index", "1"]) == 0
    capfd.readouterr()
    assert main(["sync", str(root), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["runs"][0]["done"] == 2


def test_that_an_objective_typed_in_the_manifest_reaches_runs(project):
    recipe = project.folder("pipelines") / "small.toml"
    text = recipe.read_text()
    assert "level = 0" in text

    def run_a():
        plan = prepare(project, Path("small"), slides=["a"], options=THREADS)
        return carry_out(project, plan)

    text = text.replace("level = 0", "magnification = 10").replace("256", "64")
    recipe.write_text(text)
    for power, status, scale in (
        ("", "failed", 0),
        ("20", "done", 2),
        ("40", "done", 4),
    ):
        put(project, 0, "magnification", power)
        found = run_a()
        assert getattr(found, status) == 1, power
        if not power:  # the file names no objective
            continue
        with open_file(project.result_path("a")) as file:
            meta, facts = file.slide(0).meta, file.slide(0).provenance
        assert meta.magnification == facts["objective_given"] == float(power)
        assert meta.frame.downsample == pytest.approx(scale)
        assert run_a().skipped == 1
