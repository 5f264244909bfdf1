"""Open and join tables of a million rows, beside pandas doing the same.

    python benchmarks/tables.py [--rows 1000000] [--repeats 3] [--window]

Both sides give every cell as a Python text (dtype object, nothing taken for missing),
since that is what keeps identifiers as they are. Ours also checks every line's number
of fields, keeps its number, and remembers how the file looked, so that a change by
another program is noticed. Our join keeps all rows of both tables, as an outer merge
does; the inner one is the default of `DataFrame.merge` and drops what does not match.
With ``--window`` the window's own table is measured (see tables_window.py).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import measure

from pathgui.project import Project, joined_frame
from pathgui.project.layout import TABLE_FILES


def make_tables(root: Path, rows: int) -> None:
    """A manifest of 21 and a clinical table of 6 columns, fitting in nine of ten."""
    rng = np.random.default_rng(1)
    ids = np.char.add("TCGA-", np.char.zfill(np.arange(rows).astype(str), 7))
    number = [f"{value:.4f}" for value in rng.random(rows)]
    whole = rng.integers(1000, 99_999, rows).astype(str)
    with Project.create(root) as project:
        names = [column.name for column in project.manifest.columns]
        clinical = [column.name for column in project.clinical.columns]
    cells: dict[str, Any] = dict.fromkeys(names, "")
    cells |= {"slide_id": ids, "path": np.char.add(np.char.add("raw/", ids), ".svs")}
    cells |= {"cohort": "lung", "staining": "HE", "mpp": number, "mpp_source": "file"}
    cells |= {"width": whole, "height": whole[::-1], "levels": "4", "vendor": "aperio"}
    cells |= {"size_mb": number[::-1], "quickhash": whole, "status": "ready"}
    cells |= {"scanner": "GT450", "magnification": "40", "n_tiles": whole}
    frame = pd.DataFrame(cells, dtype=object)
    frame.to_csv(root / TABLE_FILES["manifest"], index=False)
    keys = ids[rng.permutation(rows)].astype(object)
    keys[: rows // 10] = np.char.add("other-", np.arange(rows // 10).astype(str))
    cells = dict.fromkeys(clinical, "")
    cells |= {"slide_id": keys, "age": rng.integers(20, 90, rows).astype(str)}
    cells |= {"diagnosis": "NSCLC", "stage": "II", "outcome": whole}
    frame = pd.DataFrame(cells, dtype=object)
    frame.to_csv(root / TABLE_FILES["clinical"], index=False)


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=object, na_filter=False)


def rows(count: int = 1_000_000, repeats: int = 3) -> list[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="pathgui-tables-"))
    try:
        root = folder / "study"
        make_tables(root, count)
        return [*_open(root, repeats), *_join(root, repeats)]
    finally:
        shutil.rmtree(folder)


def _open(root: Path, repeats: int) -> list[dict[str, Any]]:
    file = root / TABLE_FILES["manifest"]

    def ours() -> int:
        with Project.open(root, write=False) as project:
            return len(project.manifest)

    times = measure.alternate({"ours": ours, "theirs": lambda: read(file)}, repeats)
    megabytes = file.stat().st_size / 1e6
    return [_row(f"open the manifest ({megabytes:.0f} MB)", times, "read_csv")]


def _join(root: Path, repeats: int) -> list[dict[str, Any]]:
    found = []
    with Project.open(root, write=False) as project:
        left, right = project.manifest.frame(), project.clinical.frame()
        for how in ("outer", "inner"):
            times = measure.alternate(
                {
                    "ours": lambda: joined_frame(project),
                    "theirs": lambda how=how: left.merge(
                        right, how=how, on="slide_id", suffixes=("", "_clinical")
                    ),
                },
                repeats,
            )
            found.append(_row("join of the two", times, f"merge, {how}"))
    return found


def _row(what: str, times: measure.Times, reference: str) -> dict[str, Any]:
    ours, theirs = times["ours"], times["theirs"]
    return {
        "what": what,
        "reference": reference,
        "ours CPU s": ours[0],
        "its CPU s": theirs[0],
        "ratio": ours[0] / theirs[0],
        "ratio of wall times": ours[1] / theirs[1],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--window", action="store_true")
    chosen = parser.parse_args()
    print(measure.table(rows(chosen.rows, chosen.repeats)))
    if chosen.window:
        script = Path(__file__).with_name("tables_window.py")
        for part in ("table", "acts", "wide", "memory"):
            # As a window is: a process of its own, which holds no other tables.
            subprocess.run([sys.executable, script, part], check=True)


if __name__ == "__main__":
    main()
