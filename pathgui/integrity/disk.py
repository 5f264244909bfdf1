"""How much room there is, and how much files take."""

import shutil
from collections.abc import Iterable
from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Bytes free for this user on the disk of a folder (which need not exist yet)."""
    here = folder.absolute()
    while not here.exists():
        here = here.parent
    return shutil.disk_usage(here).free


def total_bytes(files: Iterable[Path]) -> int:
    """Bytes of files; one that is gone counts nothing."""
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
