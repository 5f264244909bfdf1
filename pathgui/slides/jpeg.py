"""JPEG tiles of a TIFF: abbreviated streams made whole, decoded strictly."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from pathgui.slides import memory

_START = b"\xff\xd8"
_END = b"\xff\xd9"
# An Adobe marker is the only word a JPEG stream has for its colour space.
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"

Decoder = Callable[[bytes, int], npt.NDArray[np.uint8]]


def strict() -> bool:
    """Whether damaged streams are refused, as OpenSlide refuses them.

    libjpeg guesses on after most damage and only counts a warning. simplejpeg makes
    it an error; without that package a damaged tile would pass for a good one.
    """
    return find_spec("simplejpeg") is not None


def decoder(tables: bytes | None, rgb: bool | None, height: int, width: int) -> Decoder:
    """How to decode the tiles of one TIFF directory.

    Parameters
    ----------
    tables : bytes or None
        Value of its JPEGTables tag.
    rgb : bool or None
        Whether the stream holds RGB (else YCbCr); None lets each tile say it.
    height, width : int
        Size of a tile; memory for more is never allocated, whatever a stream claims.

    Returns
    -------
    callable
        From bytes and index to pixels ``(h, w, 3)``; ValueError or RuntimeError if
        they are damaged.
    """
    if strict():
        return _strict(tables, rgb, height, width)
    return _lenient(tables, rgb, height, width)


def _strict(tables: bytes | None, rgb: bool | None, height: int, width: int) -> Decoder:
    from simplejpeg import decode_jpeg

    head = _START
    if rgb is not None:
        head += _ADOBE + (b"\x00" if rgb else b"\x01")
    if tables:
        head += tables.removeprefix(_START).removesuffix(_END)

    def run(data: bytes, index: int) -> npt.NDArray[np.uint8]:  # noqa: ARG001
        if data[:2] != _START:
            raise ValueError("it is no JPEG stream")
        pixels: npt.NDArray[np.uint8] = decode_jpeg(
            head + data[2:], "RGB", buffer=memory.pixels(height, width)
        )
        return pixels

    return run


def _lenient(
    tables: bytes | None, rgb: bool | None, height: int, width: int
) -> Decoder:
    from imagecodecs import jpeg8_decode

    space = {True: "RGB", False: "YCBCR", None: None}[rgb]

    def run(data: bytes, index: int) -> npt.NDArray[np.uint8]:  # noqa: ARG001
        pixels: npt.NDArray[np.uint8] = jpeg8_decode(
            data,
            tables=tables,
            colorspace=space,
            outcolorspace="RGB",
            out=memory.pixels(height, width),
        )
        return pixels

    return run
