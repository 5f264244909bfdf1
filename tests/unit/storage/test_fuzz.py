"""Mutated files: a typed error or a result, soon, and never a crash."""

import subprocess
import sys
from pathlib import Path

import pytest

_CHILD = Path(__file__).with_name("fuzz_child.py")
_CHOICES = [
    {},
    {"layout": "stacked", "chunks": "channel"},
    {"compression": "none", "fletcher32": True},
]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("choice", range(3))
def test_that_mutated_files_are_read_or_refused(tmp_path, write, slow, choice):
    good = write(tmp_path / "good.h5", 12, **_CHOICES[choice])
    count = 300 if slow else 100
    first = 1000 * choice
    with subprocess.Popen(
        [sys.executable, str(_CHILD), good, tmp_path, str(first), str(first + count)],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        lines = [line.split("|") for line in child.stdout]
        assert child.wait(30) == 0, f"died after seed {lines[-1][0] if lines else '?'}"
    assert len(lines) == count
    unclear = [line for line in lines if line[2] not in ("read", "refused")]
    assert unclear == []
    assert max(float(line[1]) for line in lines) < 5
    assert sum(line[2] == "refused" for line in lines) > count / 2
