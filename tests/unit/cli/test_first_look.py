"""No command opens an HDF5 file here that a child has not seen before."""

import shutil
from pathlib import Path

import pytest

from pathgui.cli import main
from pathgui.engine import parse_recipe, process_slide
from pathgui.jobs import known_files as known
from pathgui.storage import handle, looking

RECIPE = '[tiling]\nlevel = 0\ntile_size = 256\n[output]\nlayout = "stacked"\n'


class Watched:
    """Files opened in this process, and files that a child has seen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[Path] = []
        self.seen: list[tuple[Path, ...]] = []
        real_open, real_look = handle.open_hdf5, looking.look_at

        def open_hdf5(path: Path, *, lock: bool = True):
            if not path.name.endswith(".part"):
                self.opened.append(path)
            return real_open(path, lock=lock)

        def look_at(paths, **options):
            paths = tuple(paths)
            self.seen.append(paths)
            return real_look(paths, **options)

        monkeypatch.setattr(handle, "open_hdf5", open_hdf5)
        monkeypatch.setattr(looking, "look_at", look_at)
        monkeypatch.setattr(known, "look_at", look_at)

    def unseen(self) -> set[Path]:
        """What was opened without a look."""
        return set(self.opened) - {path for paths in self.seen for path in paths}


@pytest.fixture
def project(tmp_path, synthetic, capfd):
    """Two slides with results that came from elsewhere: no journal knows them."""
    root = tmp_path / "study"
    assert main(["new", str(root)]) == 0
    (root / "pipelines").mkdir(exist_ok=True)
    recipe = root / "pipelines" / "r.toml"
    recipe.write_text(RECIPE)
    for name in ("one", "two"):
        slide = Path(shutil.copy(synthetic, tmp_path / f"{name}.tif"))
        assert main(["add", str(root), str(slide), "--cohort", "A"]) == 0
        out = root / "processed" / "A" / f"{name}.h5"
        out.parent.mkdir(parents=True, exist_ok=True)
        process_slide(slide, parse_recipe(RECIPE), out)
    capfd.readouterr()
    return root


@pytest.fixture
def watched(project, monkeypatch):
    known.known_files.cache_clear()
    yield Watched(monkeypatch)
    known.known_files.cache_clear()


def test_that_features_are_made_gathered_and_queried_after_one_look_at_all(
    project, watched, tmp_path
):
    extract = ["features", "extract", str(project)]
    assert main(extract) == 0
    assert [len(paths) for paths in watched.seen] == [2]
    known.known_files.cache_clear()
    watched.seen.clear()
    assert main(extract) == 0
    assert [len(paths) for paths in watched.seen] == [4]
    for words in (
        ["consolidate", str(project)],
        ["consolidate", str(project), "--cohort", "A", "--links"],
        ["query", str(project), 'cohort == "A"'],
        ["export", str(project), "--out", str(tmp_path / "out.csv")],
    ):
        known.known_files.cache_clear()
        assert main(["features", *words]) == 0
    assert watched.opened
    assert watched.unseen() == set()
    for path in (project / "features").iterdir():
        if path.name != "all_features.h5":
            path.unlink()
    known.known_files.cache_clear()
    watched.seen.clear()
    watched.opened.clear()
    assert main(["features", "query", str(project), 'cohort == "A"']) == 0
    assert set(watched.opened) == {project / "features" / "all_features.h5"}
    assert watched.unseen() == set()


def test_that_a_run_judges_results_it_does_not_know_after_one_look_at_all(
    project, watched, capfd
):
    recipe = str(project / "pipelines" / "r.toml")
    main(["run", str(project), recipe])
    assert watched.opened
    assert watched.unseen() == set()
    assert [len(paths) for paths in watched.seen] == [2]
    watched.seen.clear()
    known.known_files.cache_clear()
    main(["run", str(project), recipe])
    assert watched.seen == []  # the journal knows them now
    capfd.readouterr()


@pytest.mark.parametrize(
    "words",
    [
        ["h5", "advise", "{one}", "--sample", "2"],
        ["h5", "merge", "{one}", "{two}", "--out", "{out}.h5"],
        ["h5", "split", "{one}", "--out", "{out}"],
        ["h5", "repack", "{one}", "--layout", "tree", "--images", "none"],
        ["h5", "repack", "{one}", "--out", "{out}.h5", "--compression", "none"],
        ["h5", "info", "{one}"],
        ["h5", "validate", "{one}"],
        ["h5", "convert", "{one}", "--to", "clam", "--out", "{out}"],
    ],
)
def test_that_each_command_on_files_looks_first(project, watched, tmp_path, words):
    names = {
        "one": project / "processed" / "A" / "one.h5",
        "two": project / "processed" / "A" / "two.h5",
        "out": tmp_path / "out",
    }
    assert main([word.format(**names) for word in words]) == 0
    # What the command has made itself it may open.
    assert watched.unseen().isdisjoint({names["one"], names["two"]})
