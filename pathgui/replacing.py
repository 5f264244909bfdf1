"""Files that are the old ones or the new ones, never half."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """A name beside `path` to write to; at the end it takes the place of `path`.

    Each call has a name of its own, so that processes and threads which write the
    same file at once do not disturb each other: the last one that ends wins.

    Parameters
    ----------
    path : Path
        File to replace; its folder is made if need be.
    durable : bool
        Whether the content must be on the disk before the file takes its name.

    Yields
    ------
    Path
        What to write; it is thrown away if the block fails.

    Raises
    ------
    OSError
        If the folder refuses; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f".{path.name[:80]}.{os.getpid()}.{secrets.token_hex(4)}.part"
    part = path.with_name(name)
    try:
        yield part
        if durable:
            with part.open("rb+") as written:
                os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
