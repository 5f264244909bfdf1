"""Fixtures that all tests share."""

import os
from pathlib import Path

import pytest

DATA_VARIABLE = "PATHGUI_TEST_DATA"
DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--run-slow", action="store_true", help="run fault and fuzz tests in full"
    )


@pytest.fixture(scope="session")
def slow(request: pytest.FixtureRequest) -> bool:
    """Whether bounded tests should run their full length."""
    return bool(request.config.getoption("--run-slow"))


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of the shared test data; skips where there is none."""
    named = os.environ.get(DATA_VARIABLE)
    folder = Path(named) if named else DEFAULT_DATA
    if not folder.is_dir():
        if named:
            pytest.fail(f"{DATA_VARIABLE} names {folder}, which is not there")
        pytest.skip(f"no test data at {folder}; set {DATA_VARIABLE} to its folder")
    return folder


@pytest.fixture(autouse=True)
def own_settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Each test has settings of its own, never those of the person who runs it."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("PATHGUI_CONFIG", str(folder))
    return folder


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic H&E slide: 2048 px a side, two levels, 0.5 µm per pixel."""
    from pathgui.workflows.synthetic import SlideLook, make_slide

    folder = tmp_path_factory.mktemp("slides")
    return make_slide(folder / "synthetic.tif", SlideLook(2048, seed=3, pieces=1))


@pytest.fixture(scope="session")
def recipe_text() -> str:
    """A recipe that suits small slides."""
    return (
        'name = "small"\n[tiling]\nlevel = 0\ntile_size = 256\nmin_tissue = 0.5\n'
        '[[steps]]\ntransform = "TissueDetectionHE"\nmask_name = "tissue"\n'
        '[[steps]]\ntransform = "LabelWhiteSpaceHE"\nlabel_name = "white"\n'
    )
