"""Tiles taken out by hand, while the log of earlier ones is still being read."""

from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from pathgui.gui.viewer.exclude import Excluding
from pathgui.gui.viewer.tilemap import TileMap
from pathgui.tiling import Frame, TileGrid


class Waiting:
    """Errands that are carried out when the test says so."""

    def __init__(self):
        self.left = []

    def run(self, work, done):
        self.left.append((work, done))


@pytest.fixture
def errands():
    return Waiting()


@pytest.fixture
def excluding(errands, tmp_path, qapp):
    project = SimpleNamespace(root=tmp_path, folder=lambda _name: tmp_path)
    made = Excluding(SimpleNamespace(project=project), errands)
    pointer = SimpleNamespace(selected=[], hovered=-1)
    made.attach(SimpleNamespace(canvas=Mock(), pointer=pointer, say=Mock()))
    grid = TileGrid.regular(Frame(0, 1.0, 1024, 1024), 256)
    tiles = TileMap.of(grid, np.arange(len(grid)), {})
    result = SimpleNamespace(tiles=tiles)
    made.use(SimpleNamespace(slide_id="S1", result=result))
    return made


def test_that_a_late_answer_of_the_log_takes_nothing_back(excluding, errands):
    (_, answer), *_ = errands.left
    excluding._stage.pointer.selected = [3, 5]
    excluding.toggle()
    assert excluding.excluded == [3, 5]
    said = excluding._stage.say
    said.assert_called_with("2 tiles excluded. The next run leaves them out.")
    answer(set())
    assert excluding.excluded == [3, 5]
    excluding._stage.pointer.selected = [5]
    excluding.toggle()
    answer(set())
    assert excluding.excluded == [3]
    said.assert_called_with("1 tile taken back. The next run makes it again.")
