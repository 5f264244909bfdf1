"""The slide that benchmarks read: made once, kept in the temporary folder."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TILE = 256


def big_slide(size: int) -> Path:
    """A pyramidal Aperio-style slide of ``size × size`` pixels.

    Real tissue by the maker beside the shared test data where there is one
    (``PATHGUI_TEST_DATA``), else our own picture of noise and blobs.
    """
    path = Path(tempfile.gettempdir()) / f"pathgui-benchmark-{size}.svs"
    if path.exists():
        return path
    data = os.environ.get("PATHGUI_TEST_DATA")
    root = Path(data) if data else Path(__file__).parents[2] / "shared" / "data"
    maker = root.parent / "tools" / "make_slide.py"
    source = root / "slides" / "CMU-1-Small-Region.svs"
    # two programs that make the same slide must not write into one file
    part = path.with_suffix(f".{os.getpid()}.part.svs")
    if maker.exists() and source.exists():
        command = [sys.executable, maker, source, part, "--size", str(size)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    else:
        _paint(part, size)
    return part.replace(path)


def _paint(path: Path, size: int) -> None:
    import tifffile

    options = {
        "tile": (TILE, TILE),
        "compression": "jpeg",
        "compressionargs": {"level": 85},
        "photometric": "rgb",
        "subsampling": (2, 2),
        "metadata": None,
        "dtype": np.uint8,
    }
    about = "Aperio Image Library v11.2.1 \r\n{0}x{0} (256x256)|AppMag = 20|MPP = 0.499"
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        for factor in (1, 4, 16):
            side = size // factor
            count = -(-side // TILE)
            tiles = (
                _tile(row, column) for row in range(count) for column in range(count)
            )
            writer.write(
                tiles,
                shape=(side, side, 3),
                description=about.format(size),
                **options,
            )


def _tile(row: int, column: int) -> np.ndarray:
    random = np.random.default_rng((row, column))
    coarse = random.integers(90, 240, (16, 16, 3), dtype=np.uint8)
    coarse = coarse.repeat(TILE // 16, 0).repeat(TILE // 16, 1)
    noise = random.normal(0, 6, (TILE, TILE, 3))
    return np.clip(coarse + noise, 0, 255).astype(np.uint8)
