"""Reads mutated files one after the other; the fuzz test runs it as a process.

Arguments: a good file, a folder to work in, first and last seed. Prints one line for
each variant: seed, outcome, seconds.
"""

import random
import sys
import time
from pathlib import Path

from pathgui.errors import StorageError
from pathgui.storage import open_file, validate
from pathgui.storage.guarded import limit_memory


def mutate(content: bytes, seed: int) -> bytes:
    """One variant: flipped bits, noise, zeros, huge numbers, cuts, moved blocks."""
    chance, data = random.Random(seed), bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(data))
        kind = chance.randrange(7)
        span = chance.choice([1, 2, 4, 8, 64, 512])
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + span] = chance.randbytes(len(data[at : at + span]))
        elif kind == 2:
            data[at : at + span] = bytes(len(data[at : at + span]))
        elif kind == 3:
            data[at : at + span] = b"\xff" * len(data[at : at + span])
        elif kind == 4:
            number = chance.choice([1 << 31, 1 << 40, (1 << 63) - 1, 3])
            data[at : at + 8] = number.to_bytes(8, "little")[: len(data[at : at + 8])]
        elif kind == 5 and chance.random() < 0.2:
            del data[at:]
        else:
            source = chance.randrange(len(data))
            block = data[source : source + span]
            data[at : at + len(block)] = block
        if len(data) < 16:
            break
    return bytes(data)


def use(path: Path) -> str:
    """Touch everything a reader offers."""
    with open_file(path) as file:
        for slide in file.slides:
            _ = slide.meta, slide.index, slide.provenance, slide.slide_masks
            _ = slide.grid(), slide.mask_names, slide.map_names, slide.storage()
            for k in range(min(len(slide), 40)):
                if slide.images == "pixels":
                    slide.image(k)
                slide.masks(k)
                slide.labels(k)
    return "read"


def main() -> None:
    """Run the variants."""
    good, folder = Path(sys.argv[1]), Path(sys.argv[2])
    content = good.read_bytes()
    limit_memory(500)
    for seed in range(int(sys.argv[3]), int(sys.argv[4])):
        path = folder / "variant.h5"
        path.unlink(missing_ok=True)
        path.write_bytes(mutate(content, seed))
        start = time.perf_counter()
        try:
            outcome = use(path)
        except StorageError as error:
            named = str(path) in error.message and "\n" not in error.message
            outcome = "refused" if named else f"unclear: {error.message}"
        except Exception as error:
            outcome = f"{type(error).__name__}: {error}"
        problems = validate(path) if path.stat().st_size else []
        seconds = time.perf_counter() - start
        known = f"{outcome.splitlines()[0]}|{len(problems)}"
        sys.stdout.write(f"{seed}|{seconds:.2f}|{known}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
