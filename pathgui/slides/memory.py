"""Memory for pixels, placed where decoding is fastest."""

import sys
from functools import cache

import numpy as np
import numpy.typing as npt

# libjpeg-turbo writes rows that start at a multiple of 32 bytes past the cache, which
# costs a quarter of the decoding time. 16 bytes off, it uses the cache.
_STEP, _OFF = 32, 16


def pixels(height: int, width: int) -> npt.NDArray[np.uint8]:
    """An uninitialised RGB array, shape ``(height, width, 3)``."""
    count = height * width * 3
    raw = np.empty(count + _STEP, np.uint8)
    shift = (_OFF - raw.ctypes.data) % _STEP
    return raw[shift : shift + count].reshape(height, width, 3)


@cache
def keep_freed() -> None:
    """Let the C library keep freed tiles for the next ones.

    glibc maps an array of a tile's size anew each time and hands it back when it is
    freed, so that every tile pays for its page faults. Once a larger block has been
    freed, it keeps all up to that size, to the end of the program. The block here is
    never touched.
    """
    if sys.platform.startswith("linux"):
        block = np.empty(31 << 20, np.uint8)
        del block
