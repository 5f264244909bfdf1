"""What people drew on a slide decides which tiles the next run makes."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from pathgui.cli import main
from pathgui.engine import Drawn, load_recipe, parse_recipe, process_slide
from pathgui.errors import ProjectError, RecipeError
from pathgui.interop import Annotation
from pathgui.project import Cell, Edit, Project, RowChange
from pathgui.storage import open_file
from pathgui.workflows import annotations, reviewed_masks, run_recipe
from pathgui.workflows.given_regions import Given
from pathgui.workflows.qc.tiles import log_tiles
from pathgui.workflows.synthetic import SlideLook, make_slide

RECIPE = """
name = "tiles"
[tiling]
tile_size = 128
min_tissue = 0.5
[[steps]]
transform = "TissueDetectionHE"
[output]
images = "none"
"""
DRAWN = """
[[steps]]
transform = "DrawnRegions"
classes = "Tumour"
keep = "{}"
"""


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slides") / "s.tif"
    make_slide(path, SlideLook(1024, seed=4, pieces=1))
    return path


@pytest.fixture
def project(tmp_path: Path, slide: Path):
    with Project.create(tmp_path / "p") as made:
        row = {"slide_id": "s", "path": str(slide), "cohort": "demo"}
        row |= {"width": "1024", "height": "1024"}
        made.apply(Edit("Add", added=(RowChange("manifest", 0, row),)))
        (made.folder("pipelines") / "tiles.toml").write_text(RECIPE)
        yield made


def tiles_of(project: Project, slide: Path, recipe_text: str = RECIPE) -> set:
    recipe = Given(project).recipe("s", parse_recipe(recipe_text))
    out = project.result_path("s")
    process_slide(slide, recipe, out, slide_id="s")
    with open_file(out) as file:
        return {tuple(xy) for xy in file.slide(0).grid().coords.tolist()}


def left_half(project: Project) -> np.ndarray:
    mask = np.zeros((256, 256), bool)
    mask[:, :128] = True
    reviewed_masks.save(project, "s", "tissue", mask, 4.0)
    return mask


def test_that_tiles_are_made_of_the_reviewed_mask(project, slide):
    left_half(project)
    assert tiles_of(project, slide) == {
        (x, y) for x in range(0, 512, 128) for y in range(0, 1024, 128)
    }
    with open_file(project.result_path("s")) as file:
        masks = file.slide(0).slide_masks
        assert set(masks) == {"tissue", "tissue_automatic"}
        assert np.asarray(masks["tissue"][0], bool).sum() == 256 * 128


def test_that_a_run_is_planned_anew_for_a_slide_whose_mask_was_reviewed(project):
    before = run_recipe.plan_run(project, Path("tiles")).tasks[0]
    assert before.recipe is None
    left_half(project)
    after = run_recipe.plan_run(project, Path("tiles")).tasks[0]
    assert after.recipe is not None
    assert after.recipe.hash != parse_recipe(RECIPE).hash


def test_that_a_recipe_without_tissue_does_not_ask_for_a_reviewed_mask(project):
    left_half(project)
    recipe = parse_recipe('name = "all"\n[tiling]\ntile_size = 128\n')
    assert Given(project).recipe("s", recipe) is recipe


def test_that_a_reviewed_mask_keeps_who_and_when(project):
    mask = left_half(project)
    kept = reviewed_masks.load(project, "s")
    assert (kept.mask == mask).all()
    assert kept.downsample == 4.0
    assert kept.reviewer
    assert "T" in kept.time


def test_that_a_broken_reviewed_mask_is_one_clear_error(project):
    reviewed_masks.path_of(project, "s").write_bytes(b"not a picture")
    with pytest.raises(reviewed_masks.ReviewedMaskError, match="not a reviewed mask"):
        Given(project).recipe("s", parse_recipe(RECIPE))


@pytest.mark.parametrize("keep", ["inside", "outside"])
def test_that_only_tiles_inside_or_outside_of_annotations_are_made(
    project, slide, keep
):
    whole = tiles_of(project, slide)
    drawn = [
        Annotation(shapely.box(0, 0, 512, 1024), "left", "Tumour"),
        Annotation(shapely.box(0, 0, 1024, 1024), "all", "Stroma"),
    ]
    annotations.save(project, "s", drawn)
    made = tiles_of(
        project, slide, RECIPE.replace("[output]", DRAWN.format(keep) + "[output]")
    )
    left = {tile for tile in whole if tile[0] < 512}
    assert made == (left if keep == "inside" else whole - left)
    assert made


def test_that_annotations_are_read_back_as_they_were_drawn(project):
    drawn = [
        Annotation(shapely.box(0, 0, 512, 1024), "left", "Tumour", color=(1, 2, 3))
    ]
    annotations.save(project, "s", drawn)
    (read,) = annotations.load(project, "s")
    assert (read.name, read.classification, read.color) == ("left", "Tumour", (1, 2, 3))
    assert read.geometry.equals(drawn[0].geometry)
    annotations.save(project, "s", [])
    assert annotations.load(project, "s") == ()


GRID = """
name = "all"
[tiling]
tile_size = 128
[output]
images = "none"
"""


@pytest.mark.parametrize("text", [RECIPE, GRID, GRID.replace("128", "100")])
def test_that_an_excluded_tile_is_not_made_by_any_recipe(project, slide, text):
    whole = tiles_of(project, slide, text)
    x, y = min(whole)
    log_tiles(project, "s", [(x, y, 100, 100)])
    assert tiles_of(project, slide, text) == whole - {(x, y)}
    with open_file(project.result_path("s")) as file:
        facts = file.slide(0).provenance
        assert len(file.slide(0)) == len(whole) - 1
    assert facts["excluded_tiles"] == 1
    assert f'excluded = "{x} {y} 100 100"' in facts["recipe_text"]
    log_tiles(project, "s", [(x, y, 100, 100)], restore=True)
    assert tiles_of(project, slide, text) == whole


def test_that_only_tiles_that_would_be_made_count_as_excluded(project, slide):
    whole = tiles_of(project, slide)
    background = next(
        (x, y)
        for x in range(0, 1024, 128)
        for y in range(0, 1024, 128)
        if (x, y) not in whole
    )
    log_tiles(project, "s", [(*background, 128, 128)])
    assert tiles_of(project, slide) == whole
    with open_file(project.result_path("s")) as file:
        assert file.slide(0).provenance["excluded_tiles"] == 0


def annotated(*lines: str) -> str:
    return GRID.replace("128", "\n".join(("128", *lines)))


def area_share(x: float, y: float, shape, side: float = 128) -> float:
    return shape.intersection(shapely.box(x, y, x + side, y + side)).area / side**2


RING = shapely.box(0, 0, 640, 640).difference(shapely.box(128, 128, 384, 384))
STRIP, SPOT = shapely.box(0, 0, 1024, 100), shapely.box(896, 896, 1024, 1024)
CROSSED = shapely.Polygon([(700, 700), (1000, 1000), (1000, 700), (700, 1000)])
BOW = shapely.make_valid(CROSSED)
SLIDE = shapely.box(0, 0, 1024, 1024)


def draw(project: Project) -> None:
    annotations.save(
        project,
        "s",
        [
            Annotation(RING, "ring", "Tumour"),
            Annotation(STRIP, "strip", "Fold"),
            Annotation(SPOT, "", ""),
            Annotation(CROSSED, "bow", "Odd, and crossed"),
        ],
    )


@pytest.mark.parametrize("least", [0.0, 0.25, 0.5, 1.0])
def test_that_tiles_are_chosen_by_their_exact_area_inside_annotations(
    project, slide, least
):
    draw(project)
    wanted = RING.difference(STRIP)
    lines = ('include = ["tumour"]', 'exclude = ["Fold"]', f"min_inside = {least}")
    made = tiles_of(project, slide, annotated(*lines))
    shares = {
        (x, y): area_share(x, y, wanted)
        for x in range(0, 1024, 128)
        for y in range(0, 1024, 128)
    }
    assert made == {
        tile for tile, share in shares.items() if share > 0 and share >= least - 1e-9
    }
    assert made


@pytest.mark.parametrize(
    ("line", "wanted", "least"),
    [
        ('include = [""]', SPOT, 0.5),
        ('include = ["*"]', shapely.union_all([RING, STRIP, SPOT, BOW]), 0.5),
        ('include = "Tumour, Fold"', RING.union(STRIP), 0.5),
        ('include = ["Odd, and crossed"]', BOW, 0.5),
        ('exclude = ["Tumour"]\nmin_inside = 1', SLIDE.difference(RING), 1.0),
        ('include = "Nothing drawn so"', SLIDE.difference(SLIDE), 0.5),
        ('exclude = "Nothing drawn so"', SLIDE, 0.5),
    ],
)
def test_that_classes_are_named_in_the_recipe(project, slide, line, wanted, least):
    draw(project)
    assert tiles_of(project, slide, annotated(line)) == {
        (x, y)
        for x in range(0, 1024, 128)
        for y in range(0, 1024, 128)
        if area_share(x, y, wanted) >= least - 1e-9
    }


def test_that_a_slide_without_such_annotations_says_so(project, slide):
    tiles_of(project, slide, annotated('include = ["Tumour"]'))
    with open_file(project.result_path("s")) as file:
        (warning,) = file.slide(0).provenance["warnings"]
    assert "no such annotations" in warning


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("include = [1]", "classes of annotations are needed"),
        ("include = 5", "classes of annotations are needed"),
        ("min_inside = 1.5", "share from 0 to 1"),
        ('[drawn]\nexcluded = "1 2 3"', "no box"),
        ('[drawn]\ninside = "POINT (1 2)"', "is a Point"),
        ('[drawn]\noutside = "spot"', "no area"),
    ],
)
def test_that_what_cannot_choose_tiles_is_one_clear_error(lines, words):
    with pytest.raises(RecipeError, match=words):
        parse_recipe(annotated(lines))


def test_that_drawn_areas_survive_as_text_of_the_recipe(project):
    draw(project)
    log_tiles(project, "s", [(0, 0, 128, 128)])
    text = annotated('include = ["Tumour"]')
    recipe = Given(project).recipe("s", parse_recipe(text))
    assert parse_recipe(recipe.text).hash == recipe.hash != parse_recipe(text).hash


def test_that_a_recipe_copied_out_of_a_result_is_not_bound_to_its_slide(project):
    log_tiles(project, "s", [(0, 0, 128, 128)])
    copied = parse_recipe(Given(project).recipe("s", parse_recipe(GRID)).text)
    assert copied.drawn
    assert not Given(project).recipe("other", copied).drawn
    assert Given(project).recipe("s", copied) is copied


def test_that_the_command_line_names_classes(project, slide, capfd):
    draw(project)
    (project.folder("pipelines") / "all.toml").write_text(GRID)
    words = ["run", str(project.root), "all", "--scheduler", "threads"]
    project.close()
    assert main([*words, "--include", "Tumour,Fold", "--min-inside", "1"]) == 0
    made = load_recipe(project.folder("pipelines") / "all_2.toml")
    assert made.tiling.include == ("Tumour", "Fold")
    wanted = RING.union(STRIP)
    with open_file(project.result_path("s")) as file:
        assert {tuple(xy) for xy in file.slide(0).grid().coords.tolist()} == {
            (x, y)
            for x in range(0, 1024, 128)
            for y in range(0, 1024, 128)
            if area_share(x, y, wanted) >= 1 - 1e-9
        }
    assert main([*words, "--include", "Tumour,Fold", "--min-inside", "1"]) == 0
    assert "up to date" in capfd.readouterr().out
    assert len(list(project.folder("pipelines").glob("all*.toml"))) == 2


def test_that_a_single_slide_takes_annotations_from_a_file(project, slide, tmp_path):
    draw(project)
    recipe, out = tmp_path / "all.toml", tmp_path / "one.h5"
    recipe.write_text(GRID)
    file = annotations.path_of(project, "s")
    words = ["process-slide", str(slide), str(recipe), "--out", str(out)]
    assert main([*words, "--annotations", str(file), "--exclude", "*"]) == 0
    everything = shapely.union_all([RING, STRIP, SPOT, BOW])
    with open_file(out) as found:
        slide_found = found.slide(0)
        assert len(slide_found) == sum(
            area_share(x, y, everything) <= 0.5
            for x in range(0, 1024, 128)
            for y in range(0, 1024, 128)
        )


def test_that_an_annotation_of_a_million_corners_still_fits_into_a_recipe():
    angles = np.linspace(0, 2 * np.pi, 400_000, endpoint=False)
    radius = 30_000 + 3 * np.sin(angles * 20_000)
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    shape = shapely.Polygon(corners + 40_000)
    drawn = Drawn.of(shape)
    assert len(drawn.inside) < 3_000_000
    kept = shapely.from_wkt(drawn.inside)
    assert kept.symmetric_difference(shape).area < 2 * shape.length


@pytest.fixture
def cropped(tmp_path: Path, data: Path):
    """A project with a slide that QuPath crops, and what QuPath drew on it."""
    path = data / "slides" / "derived" / "cmu1_leica.scn"
    with Project.create(tmp_path / "q") as made:
        row = {"slide_id": "s", "path": str(path), "cohort": "demo"}
        row |= {"width": "4096", "height": "4096"}
        made.apply(Edit("Add", added=(RowChange("manifest", 0, row),)))
        ring = [[0, 0], [512, 0], [512, 512], [0, 512], [0, 0]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        named = {"classification": {"name": "Tumour"}}
        feature = {"type": "Feature", "geometry": geometry, "properties": named}
        annotations.path_of(made, "s").write_text(json.dumps([feature]))
        yield made


def test_that_a_file_of_qupath_in_the_project_lies_where_qupath_drew_it(
    cropped, data, caplog
):
    (found,) = annotations.load(cropped, "s")
    assert found.geometry.bounds == (1024, 1024, 1536, 1536)
    assert "taken as QuPath's" in caplog.text
    text = 'name = "t"\n[tiling]\ntile_size = 256\nmin_tissue = 0.0\n'
    text += '[[steps]]\ntransform = "TissueDetectionHE"\n' + DRAWN.format("inside")
    recipe = Given(cropped).recipe("s", parse_recipe(text))
    (regions,) = [s["regions"] for s in recipe.config()["steps"] if "regions" in s]
    corners = np.array(regions[0][0])
    assert corners.min(axis=0).tolist() == [1024, 1024]
    assert corners.max(axis=0).tolist() == [1536, 1536]


def test_that_annotations_of_the_project_are_never_moved(cropped):
    before = annotations.load(cropped, "s")
    for _ in range(2):
        annotations.save(cropped, "s", annotations.load(cropped, "s"))
    (after,) = annotations.load(cropped, "s")
    assert after.geometry.equals(before[0].geometry)


def test_that_a_slide_that_is_gone_is_named_where_its_bounds_are_needed(
    cropped, tmp_path
):
    row = cropped.manifest.find("s")
    old, new = cropped.manifest.text(row, "path"), str(tmp_path / "no.scn")
    cropped.apply(Edit("Move", (Cell("manifest", row, "path", old, new),)))
    with pytest.raises(ProjectError, match="where the annotations of s lie"):
        annotations.load(cropped, "s")
