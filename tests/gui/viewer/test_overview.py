"""A slide without coarse levels gets a picture that is made once."""

import numpy as np
import pytest
from PIL import Image

from pathgui.errors import Cancelled
from pathgui.gui.viewer import overview as module
from pathgui.gui.viewer.overview import overview, overview_side
from pathgui.slides import open_slide


@pytest.fixture
def flat(data, monkeypatch):
    """A slide of one level that counts as large."""
    monkeypatch.setattr(module, "_LARGE", 1000)
    monkeypatch.setattr(module, "SIDE", 512)
    monkeypatch.setattr(module, "_STRIP", 1 << 20)
    with open_slide(data / "slides/CMU-1-Small-Region.svs") as slide:
        yield slide


def test_that_the_picture_is_the_slide_in_small(flat):
    picture = overview(flat, None)
    assert max(picture.shape) == 512 == overview_side(flat)
    whole = Image.fromarray(flat.read(0, 0, 0, 2220, 2967))
    true = whole.resize((383, 512), Image.Resampling.BOX)
    assert np.abs(picture.astype(int) - np.asarray(true)).mean() < 2


def test_that_the_picture_is_kept_and_found_again(flat, tmp_path, monkeypatch):
    first = overview(flat, tmp_path / "cache")
    files = list((tmp_path / "cache").iterdir())
    assert [file.suffix for file in files] == [".npy"]
    monkeypatch.setattr(module, "_shrunk", None)
    assert np.array_equal(overview(flat, tmp_path / "cache"), first)


def test_that_a_damaged_picture_is_made_again(flat, tmp_path):
    first = overview(flat, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"rubbish")
    assert np.array_equal(overview(flat, tmp_path), first)


def test_that_nobody_waits_for_a_picture_that_is_not_wanted(flat, tmp_path):
    with pytest.raises(Cancelled):
        overview(flat, tmp_path, lambda: True)
    assert list(tmp_path.iterdir()) == []
