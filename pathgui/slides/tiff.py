"""Opening a TIFF's directories, quietly."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What a damaged directory raises: offsets and tags that lead nowhere.
DAMAGE: tuple[type[Exception], ...] = (OSError, ValueError, IndexError, KeyError)


@contextmanager
def directories(path: Path) -> Iterator[Any]:
    """Open a file with tifffile, whose complaints go to the log and not to people.

    Raises
    ------
    OSError, ValueError, IndexError, KeyError
        See `DAMAGE`; tifffile's own error is a ValueError.
    """
    import tifffile

    logger = logging.getLogger("tifffile")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    # every directory by itself: no guesses about series, no foreign XML parser
    with tifffile.TiffFile(path, is_ome=False) as file:
        yield file
