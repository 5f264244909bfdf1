"""Decoding without OpenSlide: only where it is the same, never on trust."""

import tracemalloc
from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile

from pathgui.errors import SlideError
from pathgui.slides import direct, jpeg, open_slide
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import TileGrid


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    """A TIFF of 3 × 2 tiles, two of which are not stored."""
    random = np.random.default_rng(4)
    tiles = [random.integers(0, 256, (128, 128, 3), dtype=np.uint8) for _ in range(6)]
    path = tmp_path / "sparse.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(
            (None if k in (1, 5) else tile for k, tile in enumerate(tiles)),
            shape=(256, 384, 3),
            dtype=np.uint8,
            tile=(128, 128),
            photometric="rgb",
            compression="jpeg",
        )
    return path


def test_that_tiles_that_are_not_stored_are_as_openslide_gives_them(
    sparse: Path,
) -> None:
    with open_slide(sparse) as slide, openslide.OpenSlide(sparse) as plain:
        whole = np.asarray(plain.read_region((0, 0), 0, (384, 256)).convert("RGB"))
        assert not whole[:128, 128:256].any()
        assert np.array_equal(slide.read(0, 0, 0, 384, 256), whole)
        grid = TileGrid.regular(slide.frame(0), 100, 60, pad=True)
        for index, image in slide.iter_tiles(grid, threads=2):
            x, y = int(grid.level_x[index]), int(grid.level_y[index])
            wide, high = grid.valid_size(index)
            assert np.array_equal(
                image[:high, :wide], whole[y : y + high, x : x + wide]
            )


def test_that_gaps_show_the_background_in_the_overview(sparse: Path) -> None:
    with open_slide(sparse) as slide:
        image, _ = slide.overview(384)
    assert (image[:128, 128:256] == 255).all()


def test_that_a_level_that_differs_from_openslide_is_left_to_it(
    aperio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = TiledLevel.tile

    def off_by_one(self: TiledLevel, column: int, row: int) -> np.ndarray:
        return original(self, column, row) ^ 1

    monkeypatch.setattr(TiledLevel, "tile", off_by_one)
    with open_slide(aperio) as slide, openslide.OpenSlide(aperio) as plain:
        for level in range(4):
            assert slide.direct(level) is None  # type: ignore[attr-defined]
        expected = np.asarray(plain.read_region((9, 8), 0, (90, 70)).convert("RGB"))
        assert np.array_equal(slide.read(0, 9, 8, 90, 70), expected)


def test_that_without_a_strict_decoder_openslide_reads(
    aperio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_slide(aperio) as slide:
        expected = slide.read(0, 300, 200, 256, 256)
    monkeypatch.setattr(jpeg, "strict", lambda: False)
    with open_slide(aperio) as slide:
        assert slide.direct(0) is None  # type: ignore[attr-defined]
        assert np.array_equal(slide.read(0, 300, 200, 256, 256), expected)


def test_that_the_lenient_decoder_gives_the_same_pixels(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / "slides" / "derived" / "cmu1_pyramid.ome.tif"
    with open_slide(path) as slide:
        expected = slide.read(1, 100, 100, 600, 500)
    monkeypatch.setattr(jpeg, "strict", lambda: False)
    with open_slide(path) as slide:
        assert np.array_equal(slide.read(1, 100, 100, 600, 500), expected)


def test_that_opening_reads_no_pixels_and_the_proof_comes_with_the_first_read(
    aperio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs = []
    original = direct.agrees

    def counting(*arguments: object) -> bool:
        proofs.append(arguments)
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(direct, "agrees", counting)
    with open_slide(aperio) as slide:
        assert not proofs
        slide.read(0, 0, 0, 9, 9)
        slide.read(0, 500, 500, 9, 9)
        assert len(proofs) == 1
        slide.read(2, 0, 0, 9, 9)
        assert len(proofs) == 2


def test_that_a_tile_that_claims_to_be_huge_allocates_nothing(
    aperio: Path, tmp_path: Path
) -> None:
    content = bytearray(aperio.read_bytes())
    with tifffile.TiffFile(aperio) as file:
        page = file.pages[0]
        start = page.dataoffsets[14]
    frame = content.index(b"\xff\xc0", start)
    content[frame + 5 : frame + 9] = b"\xff\x00\xff\x00"
    path = tmp_path / "huge.svs"
    path.write_bytes(content)
    column, row = 14 % 9, 14 // 9
    with open_slide(path) as slide:
        slide.read(0, 0, 0, 9, 9)
        tracemalloc.start()
        with pytest.raises(SlideError, match="damaged at level 0"):
            slide.read(0, column * 256, row * 256, 256, 256)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 50e6
