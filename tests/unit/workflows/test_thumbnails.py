"""Small pictures of slides."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from PIL import Image

from pathgui.errors import SlideError
from pathgui.project import Project
from pathgui.workflows.add_slides import add
from pathgui.workflows.thumbnails import cached, ensure, ensure_all


@pytest.fixture
def project(tmp_path, synthetic):
    copy = tmp_path / "slide.tif"
    copy.write_bytes(synthetic.read_bytes())
    with Project.create(tmp_path / "study") as opened:
        add(opened, [copy], "c1")
        yield opened


def test_that_a_thumbnail_shows_the_slide_and_is_made_once(project):
    path = ensure(project, "slide", 128)
    picture = np.asarray(Image.open(path))
    assert picture.shape == (128, 128, 3)
    assert picture[0, 0].min() > 230
    assert picture.std() > 10
    stamp = path.stat().st_mtime_ns
    assert ensure(project, "slide", 128) == path
    assert path.stat().st_mtime_ns == stamp


def test_that_slides_that_cannot_be_read_are_named_and_the_rest_is_made(project):
    assert ensure_all(project) == []
    cached(project, "slide").unlink()
    project.slide_path("slide").unlink()
    assert ensure_all(project) == ["slide"]
    with pytest.raises(SlideError):
        ensure(project, "slide")


def test_that_two_threads_may_make_one_picture_at_the_same_time(project, monkeypatch):
    both, save = Barrier(2, timeout=30), Image.Image.save

    def save_together(picture, *place):
        save(picture, *place)
        both.wait()

    monkeypatch.setattr(Image.Image, "save", save_together)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda side: ensure(project, "slide", side), (64, 64)))
    assert made[0] == made[1]
    assert list(made[0].parent.iterdir()) == [made[0]]
    with Image.open(made[0]) as picture:
        assert picture.size == (64, 64)
