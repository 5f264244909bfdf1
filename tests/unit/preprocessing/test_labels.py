"""White space and artefacts are called by their names."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pathgui.preprocessing import LabelArtifactTileHE, LabelWhiteSpaceHE
from pathgui.tiling import TileData

GLASS, PINK, PEN = (243, 243, 243), (215, 140, 185), (40, 90, 140)


def striped(*parts: tuple[float, tuple[int, int, int]]) -> TileData:
    """A tile of 100 rows, of which each colour has a share."""
    image = np.empty((100, 50, 3), np.uint8)
    row = 0
    for share, colour in parts:
        image[row : row + round(100 * share)] = colour
        row += round(100 * share)
    return TileData(image)


def white(tile: TileData, **settings: object) -> object:
    LabelWhiteSpaceHE(**settings).apply(tile)
    return tile.labels["white"]


def artifact(tile: TileData) -> object:
    LabelArtifactTileHE().apply(tile)
    return tile.labels["artifact"]


def test_that_a_tile_is_white_if_over_half_of_it_is() -> None:
    assert white(striped((0.51, GLASS), (0.49, PINK))) is True
    assert white(striped((0.5, GLASS), (0.5, PINK))) is False
    assert white(striped((0.3, GLASS), (0.7, PINK)), proportion_threshold=0.2) is True
    assert white(striped((1, GLASS)), greyscale_threshold=243) is False


def test_that_padding_is_not_white_space() -> None:
    tile = striped((0.3, PINK), (0.7, GLASS))
    tile.valid_size = (50, 30)
    assert white(tile) is False


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(1, PINK)], False),
        ([(0.45, GLASS), (0.55, PINK)], False),
        ([(0.55, GLASS), (0.45, PINK)], True),
        ([(0.81, GLASS), (0.19, PINK)], True),
        ([(0.04, PEN), (0.96, PINK)], False),
        ([(0.06, PEN), (0.94, PINK)], True),
        ([(0.06, (10, 10, 10)), (0.94, PINK)], True),
    ],
)
def test_that_kotharis_rules_hold(parts: list, expected: bool) -> None:
    assert artifact(striped(*parts)) is expected


def test_that_pen_on_a_real_picture_is_an_artefact(data: Path) -> None:
    file = data / "annotated/images/tcga-green-pen.png"
    image = np.asarray(Image.open(file).convert("RGB"))
    assert artifact(TileData(image[:, 150:406])) is True
    assert artifact(TileData(image[:, 490:746])) is False
