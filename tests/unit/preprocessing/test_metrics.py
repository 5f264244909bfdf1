"""Numbers about a tile rise and fall with what they are about."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pathgui.errors import TransformError
from pathgui.preprocessing import (
    GaussianBlur,
    LabelBrightness,
    LabelDarkSpots,
    LabelEdges,
    LabelEntropy,
    LabelFocus,
    LabelGreySpaceHE,
    LabelPenMarks,
    LabelSaturation,
    LabelStainHE,
    Pipeline,
    Transform,
)
from pathgui.tiling import TileData

PINK = (215, 140, 185)


def value(transform: Transform, image: np.ndarray, **tile: object) -> float:
    data = TileData(image, **tile)
    transform.apply(data)
    (number,) = data.labels.values()
    assert isinstance(number, float)
    return number


def plain(colour: tuple[int, int, int] = PINK, side: int = 64) -> np.ndarray:
    return np.full((side, side, 3), colour, np.uint8)


def test_that_focus_falls_with_every_blur(data: Path) -> None:
    file = data / "annotated/images/stardist_histo.jpg"
    sharp = np.asarray(Image.open(file).convert("RGB"))[:256, :256]
    scores = []
    for sigma in (0.1, 1.0, 2.0, 4.0):
        tile = TileData(sharp)
        Pipeline([GaussianBlur(19, sigma), LabelFocus()]).apply(tile)
        scores.append(tile.labels["focus"])
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 10 * scores[-1]


def test_that_focus_is_the_variance_of_the_laplacian() -> None:
    image = np.zeros((5, 5, 3), np.uint8)
    image[2, 2] = 100
    expected = np.zeros(25)
    expected[[7, 11, 13, 17]], expected[12] = 100, -400
    assert value(LabelFocus(), image) == pytest.approx(expected.var())


@pytest.mark.parametrize("ink", [(30, 110, 60), (40, 60, 150), (20, 20, 22)])
def test_that_the_share_of_pen_is_told(ink: tuple[int, int, int]) -> None:
    image = plain()
    assert value(LabelPenMarks(), image) == 0
    image[:16] = ink
    assert value(LabelPenMarks(), image) == 0.25


def test_that_folds_and_spots_count_and_nuclei_do_not() -> None:
    rng = np.random.default_rng(0)
    image = plain(side=128)
    image[rng.random((128, 128)) < 0.2] = (90, 50, 130)
    assert value(LabelDarkSpots(), image, mpp=0.5) == 0
    image[:32] = (110, 20, 90)
    assert value(LabelDarkSpots(), image, mpp=0.5) == 0.25
    image[32:64] = (30, 28, 30)
    assert value(LabelDarkSpots(), image, mpp=0.5) == 0.5
    assert value(LabelDarkSpots(), image) == 0.5


def test_that_plain_pictures_have_their_known_numbers() -> None:
    assert value(LabelBrightness(), plain((255, 255, 255))) == 255
    assert value(LabelSaturation(), plain((200, 100, 100))) == 127
    assert value(LabelEntropy(), plain()) == 0
    ramp = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    assert value(LabelEntropy(), ramp) == 8


def test_that_only_the_mask_is_measured() -> None:
    image = plain((0, 0, 0))
    image[:8] = 200
    tile = TileData(image)
    tile.masks["tissue"] = np.arange(64)[:, None].repeat(64, 1) < 8
    LabelBrightness(mask_name="tissue").apply(tile)
    assert tile.labels["brightness"] == 200
    tile.masks["tissue"][:] = False
    LabelBrightness(mask_name="tissue").apply(tile)
    assert tile.labels["brightness"] == 0


def test_that_padding_is_not_measured() -> None:
    image = plain((0, 0, 0))
    image[:8, :4] = 200
    assert value(LabelBrightness(), image, valid_size=(4, 8)) == 200


def test_that_a_missing_mask_is_named() -> None:
    with pytest.raises(TransformError, match="no mask 'tissue'") as caught:
        LabelFocus(mask_name="tissue").apply(TileData(plain()))
    assert "before this one" in caught.value.hint


def test_that_a_mask_of_another_shape_is_refused() -> None:
    tile = TileData(plain(), masks={"tissue": np.ones((3, 3), bool)})
    with pytest.raises(TransformError, match="does not fit"):
        LabelFocus(mask_name="tissue").apply(tile)


def test_that_grey_space_is_what_has_no_colour() -> None:
    image = plain()
    assert value(LabelGreySpaceHE(), image) == 0
    image[:16], image[16:32] = 245, 0
    assert value(LabelGreySpaceHE(), image) == 0.5


def test_that_steps_are_edges_if_they_are_steep_enough() -> None:
    image = np.full((64, 64, 3), 100, np.uint8)
    assert value(LabelEdges(), image) == 0
    image[:, 32:] = 120
    assert value(LabelEdges(), image) == 0
    image[:, 32:] = 130
    assert 0.01 < value(LabelEdges(), image) < 0.04
    assert value(LabelEdges(high=200), image) == 0


def test_that_each_stain_is_measured_by_itself(data: Path) -> None:
    blue, pink = (100, 80, 160), (235, 150, 200)
    amounts = {
        stain: [
            value(LabelStainHE(stain=stain), plain(c)) for c in (blue, pink, (255,) * 3)
        ]
        for stain in ("hematoxylin", "eosin")
    }
    assert amounts["hematoxylin"][0] > 1 > 0.2 > amounts["hematoxylin"][1]
    assert amounts["eosin"][1] > 0.4
    assert amounts["hematoxylin"][2] == amounts["eosin"][2] == 0
    file = data / "annotated/images/tile_almost-white-2.png"
    tile = np.asarray(Image.open(file).convert("RGB"))
    assert value(LabelStainHE(), tile) < 0.2
