"""A project with tiles of noise, and features of them."""

import numpy as np
import pytest

from pathgui.features import ColourStatistics
from pathgui.project import Edit, Project
from pathgui.storage import SlideMeta, SlideWriter
from pathgui.workflows.features import extract

SIDE = 16
SLIDES = {"a1": ("A", 5), "a2": ("A", 3), "b1": ("B", 4), "b2": ("B", 0)}


@pytest.fixture
def write_result():
    """Writes the result of a slide: so many tiles in a row."""
    return _write_result


def _write_result(project, slide_id, count, seed=0, **options):
    rng = np.random.default_rng(seed)
    path = project.result_path(slide_id)
    meta = SlideMeta(slide_id, level=1, downsample=4.0, mpp=0.25, tile_size=SIDE)
    with SlideWriter(path, meta, **options) as writer:
        for k in range(count):
            image = rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
            corner = k * SIDE, 0
            writer.add(k, image, (corner[0] * 4, 0), corner, {}, {})
    return path


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "study") as opened:
        manifest, clinical = opened.manifest, opened.clinical
        rows = [
            {"slide_id": s, "path": f"raw_slides/{s}.svs", "cohort": cohort}
            for s, (cohort, _) in SLIDES.items()
        ]
        told = [
            {"slide_id": "a1", "stage": "II", "age": "61"},
            {"slide_id": "a2", "stage": "IV", "age": "47"},
            {"slide_id": "b1", "stage": "III", "age": ""},
        ]
        added = (*manifest.new_rows(rows), *clinical.new_rows(told))
        opened.apply(Edit("Add", added=added))
        opened.save()
        for number, (slide_id, (_, count)) in enumerate(SLIDES.items()):
            if count:
                _write_result(opened, slide_id, count, number)
        yield opened


@pytest.fixture
def extracted(project):
    extract(project, ColourStatistics())
    return project
