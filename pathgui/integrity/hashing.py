"""Checksums of files: which algorithms, and how a file is read for them."""

import errno
import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pathgui.errors import Cancelled, IntegrityError, MissingExtraError

ALGORITHMS = ("md5", "sha256", "blake3", "xxh3")
_BLOCK = 4 << 20
_DIGITS = {"md5": 32, "sha256": 64, "blake3": 64, "xxh3": 32}


def new_hash(algorithm: str) -> Any:
    """A hash object with `update` and `hexdigest`.

    ``xxh3`` is the 128-bit XXH3, the fastest; it finds accidents, not forgers.

    Raises
    ------
    IntegrityError
        The algorithm is unknown.
    MissingExtraError
        BLAKE3 is wanted and not installed.
    """
    if algorithm == "md5":
        return hashlib.md5(usedforsecurity=False)
    if algorithm == "sha256":
        return hashlib.sha256()
    if algorithm == "xxh3":
        import xxhash

        return xxhash.xxh3_128()
    if algorithm == "blake3":
        try:
            import blake3
        except ImportError as error:
            raise MissingExtraError(
                "BLAKE3 checksums need the package blake3.",
                'Install it with: pip install "pathgui[blake3]"',
            ) from error
        return blake3.blake3()
    raise IntegrityError(
        f"There is no checksum algorithm {algorithm!r}.",
        f"Choose one of {', '.join(ALGORITHMS)}.",
    )


def is_checksum(text: str, algorithm: str) -> bool:
    """Whether a text can be a checksum of this algorithm."""
    return len(text) == _DIGITS.get(algorithm) and all(
        letter in "0123456789abcdefABCDEF" for letter in text
    )


def hash_file(
    path: Path,
    algorithm: str,
    advance: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> tuple[str, int]:
    """Checksum and size of a file; `advance` is told of each block's bytes.

    Raises
    ------
    OSError
        The file cannot be read.
    Cancelled
        Someone asked to stop.
    """
    hasher = new_hash(algorithm)
    if not stat.S_ISREG(path.stat().st_mode):
        # A pipe would be waited for without end.
        raise OSError(errno.EINVAL, "it is no regular file")
    buffer = memoryview(bytearray(_BLOCK))
    size = 0
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            if cancelled():
                raise Cancelled("Stopped on request.")
            hasher.update(buffer[:count])
            size += count
            advance(count)
    return str(hasher.hexdigest()), size
