"""A short hash that tells slides apart; not a checksum."""

import hashlib
from pathlib import Path

from pathgui.errors import SlideError

_PIECE = 1 << 20


def quick_fingerprint(path: Path | str) -> str:
    """What identifies a slide that was moved or renamed.

    Equal to ``open_slide(path).properties.quickhash``: OpenSlide's quickhash-1
    where there is one, else a hash of size, head and tail. It does not detect
    damage; checksums do.

    Raises
    ------
    SlideError
        If the slide cannot be opened.
    """
    from pathgui.slides.opening import open_slide

    with open_slide(path) as slide:
        return slide.properties.quickhash


def head_and_tail(path: Path) -> str:
    """SHA-256 of a file's size, first and last megabyte, as hexadecimal.

    Raises
    ------
    SlideError
        If the file cannot be read.
    """
    try:
        size = path.stat().st_size
        digest = hashlib.sha256(str(size).encode())
        with path.open("rb") as file:
            digest.update(file.read(_PIECE))
            if size > _PIECE:
                file.seek(max(_PIECE, size - _PIECE))
                digest.update(file.read(_PIECE))
    except OSError as error:
        raise SlideError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()
