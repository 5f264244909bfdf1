"""Tiles of a grid: in order, exact, decoded once, whatever the grid."""

import threading
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathgui.errors import SlideError, TilingError
from pathgui.slides import open_slide
from pathgui.slides.tiled import TiledLevel
from pathgui.tiling import Frame, TileGrid


def read_one_by_one(slide: object, grid: TileGrid, order: list[int]) -> list:
    size, level = grid.tile_size, grid.frame.level
    corners = [(int(grid.level_x[k]), int(grid.level_y[k])) for k in order]
    return [slide.read(level, x, y, size, size) for x, y in corners]  # type: ignore[attr-defined]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    level=st.integers(0, 3),
    tile=st.sampled_from([37, 100, 128, 256, 300]),
    step=st.sampled_from([64, 100, 128, 256, 411]),
    offset=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    pad=st.booleans(),
    threads=st.integers(1, 3),
    share=st.floats(0.05, 1),
)
def test_that_any_grid_gives_what_single_reads_give(
    aperio: Path,
    level: int,
    tile: int,
    step: int,
    offset: tuple[int, int],
    pad: bool,
    threads: int,
    share: float,
) -> None:
    with open_slide(aperio) as slide:
        frame = slide.frame(level)
        tile = min(tile, *frame.size)
        base = TileGrid.regular(frame, tile, step, pad)
        grid = TileGrid(
            frame, tile, step, pad, base.level_x + offset[0], base.level_y + offset[1]
        )
        chosen = np.random.default_rng(tile).random(len(grid)) < share
        order = np.flatnonzero(chosen).tolist()[:60]
        found = list(slide.iter_tiles(grid, order, threads))
        assert [index for index, _ in found] == order
        for (_, image), expected in zip(
            found, read_one_by_one(slide, grid, order), strict=True
        ):
            assert np.array_equal(image, expected)


def test_that_every_slide_gives_its_tiles_in_order(any_path: Path) -> None:
    with open_slide(any_path) as slide:
        level = slide.properties.level_count - 1
        side = min(50, *slide.properties.level_dimensions[level])
        grid = TileGrid.regular(slide.frame(level), side, max(side - 7, 1))
        order = list(range(min(len(grid), 40)))
        found = list(slide.iter_tiles(grid, order, threads=2))
        assert [index for index, _ in found] == order
        for (_, image), expected in zip(
            found, read_one_by_one(slide, grid, order), strict=True
        ):
            assert np.array_equal(image, expected)


def test_that_tiles_may_be_asked_for_in_any_order_and_twice(aperio: Path) -> None:
    with open_slide(aperio) as slide:
        grid = TileGrid.regular(slide.frame(0), 256)
        order = [40, 3, 3, 41, 42, 4, 0, 87, 40, 40]
        found = list(slide.iter_tiles(grid, order, threads=2))
        assert [index for index, _ in found] == order
        for (_, image), expected in zip(
            found, read_one_by_one(slide, grid, order), strict=True
        ):
            assert np.array_equal(image, expected)


@pytest.mark.parametrize("stride", [64, 128, 256])
def test_that_each_image_belongs_to_its_receiver_alone(
    stride: int, aperio: Path
) -> None:
    with open_slide(aperio) as slide:
        grid = TileGrid.regular(slide.frame(0), 256, stride)
        order = [*range(60), 0, 1, 1]
        for index, image in slide.iter_tiles(grid, order, threads=2):
            expected = read_one_by_one(slide, grid, [index])[0]
            assert np.array_equal(image, expected)
            image[:] = 7  # a transform that works in place


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(("offset", "stride"), [(0, 256), (100, 256), (0, 128)])
def test_that_each_compressed_tile_is_decoded_once(
    offset: int,
    stride: int,
    alone: bool,
    aperio: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[tuple[int, int]] = []
    lock = threading.Lock()
    original = TiledLevel.tile

    def counting(self: TiledLevel, column: int, row: int) -> np.ndarray:
        with lock:
            decoded.append((column, row))
        return original(self, column, row)

    with open_slide(aperio) as slide:
        base = TileGrid.regular(slide.frame(0), 256, stride)
        inside = base.level_x + offset + 256 <= 2220
        inside &= base.level_y + offset + 256 <= 2967
        base = base.take(inside)
        grid = TileGrid(
            base.frame, 256, stride, False, base.level_x + offset, base.level_y + offset
        )
        slide.direct(0)  # proves the level, once
        monkeypatch.setattr(TiledLevel, "tile", counting)
        for k in range(len(grid)) if alone else ():
            next(slide.iter_tiles(grid, [k]))
        for _ in () if alone else slide.iter_tiles(grid, threads=2):
            pass
    assert len(decoded) == len(set(decoded)) > 60


def test_that_a_grid_is_left_early_without_harm(aperio: Path) -> None:
    with open_slide(aperio) as slide:
        before = threading.active_count()
        grid = TileGrid.regular(slide.frame(0), 64, 50)
        tiles = slide.iter_tiles(grid, threads=3)
        assert next(tiles)[0] == 0
        tiles.close()  # type: ignore[attr-defined]
        assert threading.active_count() == before


def test_that_only_a_bounded_number_of_tiles_is_read_ahead(
    aperio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    original = TiledLevel.tile

    def counting(self: TiledLevel, column: int, row: int) -> np.ndarray:
        nonlocal count
        count += 1
        return original(self, column, row)

    with open_slide(aperio) as slide:
        slide.read(0, 0, 0, 1, 1)
        grid = TileGrid.regular(slide.frame(0), 256, pad=True)
        monkeypatch.setattr(TiledLevel, "tile", counting)
        tiles = slide.iter_tiles(grid, threads=1)
        next(tiles)
        assert count <= 16
        tiles.close()  # type: ignore[attr-defined]


def test_that_tiles_before_a_damaged_one_arrive_and_it_is_named(
    aperio: Path, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.svs"
    content = bytearray(aperio.read_bytes())
    with tifffile.TiffFile(aperio) as file:
        page = file.pages[0]
        start, count = page.dataoffsets[23], page.databytecounts[23]
    content[start + 200 : start + count - 200] = b"\xff" * (count - 400)
    path.write_bytes(content)
    for threads in (1, 2):
        with open_slide(path) as slide:
            grid = TileGrid.regular(slide.frame(0), 256, pad=True)
            tiles = slide.iter_tiles(grid, threads=threads)
            assert [next(tiles)[0] for _ in range(23)] == list(range(23))
            with pytest.raises(SlideError, match="level 0, x 1280, y 512"):
                next(tiles)


@pytest.mark.parametrize("bad", [-1, 80_000])
def test_that_an_unknown_tile_is_refused(bad: int, aperio: Path) -> None:
    with open_slide(aperio) as slide:
        grid = TileGrid.regular(slide.frame(0), 256)
        with pytest.raises(TilingError, match=f"no tile {bad}"):
            list(slide.iter_tiles(grid, [0, bad]))


def test_that_no_tiles_are_no_trouble(aperio: Path) -> None:
    with open_slide(aperio) as slide:
        grid = TileGrid.regular(slide.frame(0), 256)
        assert list(slide.iter_tiles(grid, [], threads=2)) == []


def mean_of(
    pixels: np.ndarray, x: float, y: float, scale: float, size: int
) -> np.ndarray:
    """The area mean, the slow way: weights of every pixel for every output."""

    def weights(start: float, length: int) -> np.ndarray:
        low = start + scale * np.arange(size)[:, None]
        cells = np.arange(length)[None]
        share = np.minimum(low + scale, cells + 1) - np.maximum(low, cells)
        return np.clip(share, 0, 1)

    down, across = weights(y, pixels.shape[0]), weights(x, pixels.shape[1])
    sums = np.tensordot(down, pixels.astype(float), 1)
    sums = np.moveaxis(np.tensordot(across, sums, (1, 1)), 0, 1)
    area = down.sum(1)[:, None, None] * across.sum(1)[None, :, None]
    with np.errstate(invalid="ignore"):
        return np.where(area > 1e-9, sums / area, 0)


@pytest.mark.parametrize("scale", [1.25, 2.0, 2.7, 4.0])
@pytest.mark.parametrize("name", ["cmu1_aperio_3level.svs", "cmu1_mirax.mrxs"])
def test_that_shrunk_frames_hold_the_mean_of_what_they_cover(
    name: str, scale: float, data: Path
) -> None:
    with open_slide(data / "slides" / "derived" / name) as slide:
        width, height = slide.properties.dimensions
        size = int(width / scale), int(height / scale)
        frame = Frame(0, scale, *size, scale)
        grid = TileGrid.regular(frame, 100, 90, pad=True)
        order = [0, 1, 7, len(grid) - 1]
        for index, image in slide.iter_tiles(grid, order, threads=2):
            x, y = grid.level_x[index] * scale, grid.level_y[index] * scale
            left, top = int(x), int(y)
            side = int(102 * scale) + 1
            size = min(side, width - left), min(side, height - top)
            pixels = slide.read(0, left, top, *size)
            expected = mean_of(pixels, x - left, y - top, scale, 100)
            assert np.abs(image - expected).max() <= 0.501
