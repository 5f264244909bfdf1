"""Reads mutated files of features and of other programs; run as a process.

Arguments: a good file, a folder to work in, number of variants. Prints a line for each.
"""

import random
import sys
import time
from pathlib import Path

from pathgui.errors import PathguiError
from pathgui.interop.convert import convert
from pathgui.storage import open_features, validate
from pathgui.storage.guarded import limit_memory


def mutate(content: bytes, seed: int) -> bytes:
    """Noise, zeros or huge numbers at some places, more often near the head."""
    chance, data = random.Random(seed), bytearray(content)
    most = len(data) if seed % 2 else min(len(data), 6000)
    for _ in range(chance.choice([1, 2, 5, 20])):
        at, span = chance.randrange(most), chance.choice([1, 4, 8, 64])
        new = chance.choice([chance.randbytes(span), bytes(span), b"\xff" * span])
        data[at : at + span] = new[: len(data[at : at + span])]
    return bytes(data) if seed % 5 else bytes(data[: chance.randrange(len(data))])


def use(path: Path, folder: Path) -> str:
    """Touch all that a reader offers."""
    if path.name.endswith("_features.h5"):
        with open_features(path) as file:
            for slide in file:
                _ = slide.meta, slide.coords, slide.read()
    else:
        convert(path, "pathgui", folder / "out.h5")
    return "read"


def main() -> None:
    """Run the variants."""
    good, folder = Path(sys.argv[1]), Path(sys.argv[2])
    content = good.read_bytes()
    limit_memory(500)
    for seed in range(int(sys.argv[3])):
        path = folder / f"variant{good.name}"
        path.unlink(missing_ok=True)
        path.write_bytes(mutate(content, seed))
        start = time.perf_counter()
        try:
            outcome = use(path, folder)
        except PathguiError as error:
            outcome = "refused" if path.name in error.message else "unclear"
        if path.stat().st_size:
            validate(path)
        sys.stdout.write(f"{outcome} {time.perf_counter() - start:.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
