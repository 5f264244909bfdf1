"""How the memory of tiles is kept."""

import sys
from functools import cache

import numpy as np


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
