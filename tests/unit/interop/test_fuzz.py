"""Mutated files of features and of other programs: read, or refused by name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_CHILD = Path(__file__).with_name("fuzz_child.py")
_FILES = {
    "a_features.h5": "features_h5/CMU-1-Small-Region_trident_features.h5",
    "trident.h5": "features_h5/CMU-1-Small-Region_trident_coords.h5",
    "clam.h5": "features_h5/CMU-1-Small-Region_clam_coords.h5",
    "a.h5path": "cmu1_pathml308.h5path",
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", _FILES)
def test_that_mutated_files_of_others_are_read_or_refused(tmp_path, data, slow, name):
    good = shutil.copy(data / "interop" / _FILES[name], tmp_path / name)
    count = 300 if slow else 20
    done = subprocess.run(
        [sys.executable, str(_CHILD), str(good), str(tmp_path), str(count)],
        check=False,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == count
    assert {outcome for outcome, _ in lines} == {"read", "refused"}
    assert max(float(seconds) for _, seconds in lines) < 5
