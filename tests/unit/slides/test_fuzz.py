"""Damaged copies: an error or an answer, never a crash, and never pixels that
OpenSlide would refuse."""

from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile

from pathgui.errors import SlideError
from pathgui.slides import check_slide, open_slide

SOURCES = ("CMU-1-Small-Region.svs", "derived/cmu1_generic_pyramid.tif")


def spoil(content: bytes, random: np.random.Generator) -> bytes:
    out = bytearray(content)
    for _ in range(int(random.integers(1, 40))):
        out[int(random.integers(len(out)))] = int(random.integers(256))
    if random.random() < 0.2:
        del out[int(random.integers(len(out))) :]
    return bytes(out)


@pytest.mark.parametrize("name", SOURCES)
def test_that_random_damage_gives_an_error_or_pixels(
    name: str, data: Path, tmp_path: Path, slow: bool
) -> None:
    content = (data / "slides" / name).read_bytes()
    random = np.random.default_rng(2026)
    path = tmp_path / f"fuzz{Path(name).suffix}"
    for _ in range(150 if slow else 15):
        path.write_bytes(spoil(content, random))
        message = path.name
        try:
            with open_slide(path) as slide:
                check_slide(slide)
                slide.overview(600)
        except SlideError as error:
            message = str(error)
        assert path.name in message


@pytest.mark.parametrize("name", SOURCES)
def test_that_a_tile_openslide_refuses_is_refused(
    name: str, data: Path, tmp_path: Path, slow: bool
) -> None:
    source = data / "slides" / name
    content = source.read_bytes()
    with tifffile.TiffFile(source) as file:
        page = file.pages[0]
        side, across = page.tilewidth, page.imagewidth // page.tilewidth
        places = list(zip(page.dataoffsets, page.databytecounts, strict=True))
        columns = -(-page.imagewidth // side)
    random = np.random.default_rng(7)
    path = tmp_path / f"tile{source.suffix}"
    for _ in range(80 if slow else 12):
        row, column = (int(v) for v in random.integers(1, across - 1, 2))
        start, count = places[row * columns + column]
        spoilt = bytearray(content)
        for _ in range(3):
            at = start + int(random.integers(count))
            spoilt[at] ^= int(random.integers(1, 256))
        path.write_bytes(spoilt)
        region = column * side, row * side
        try:
            with openslide.OpenSlide(path) as plain:
                picture = plain.read_region(region, 0, (side, side)).convert("RGB")
        except openslide.OpenSlideError:
            with pytest.raises(SlideError), open_slide(path) as slide:
                slide.read(0, *region, side, side)
        else:
            with open_slide(path) as slide:
                found = slide.read(0, *region, side, side)
            assert np.array_equal(found, np.asarray(picture))
