"""Fixtures that all tests share."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does; and what CI tries
# must be the same twice, or a change is blamed for what was there before.
settings.register_profile("pathgui", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "pathgui")

DATA_VARIABLE = "PATHGUI_TEST_DATA"
SLURM_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo")
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


def free_ports(count: int) -> list[str]:
    """Ports of loopback on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="session")
def slurm_daemons(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Folder of a SLURM of one node on loopback; skips where none can be had."""
    tools = data.parent / "tools" / "slurm"
    if not (tools / "up.sh").exists():
        pytest.skip(f"no script that starts SLURM at {tools}")
    missing = [name for name in SLURM_PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip("SLURM is not installed: no " + ", ".join(missing))
    if os.geteuid() != 0:
        pytest.skip("munged and slurmctld are started as root here")
    folder = tmp_path_factory.mktemp("slurm")
    controller, node = free_ports(2)
    ports = {"SLURM_TEST_CTLD_PORT": controller, "SLURM_TEST_D_PORT": node}
    # The daemons stay behind with our pipes in hand: their words go to a file.
    with (folder / "up.log").open("wb") as log:
        up = subprocess.run(
            ["bash", tools / "up.sh", folder / "state"],
            env={**os.environ, **ports},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
            timeout=90,
        )
    try:
        if up.returncode:
            pytest.skip(f"SLURM did not start: {(folder / 'up.log').read_text()}")
        yield folder / "state"
    finally:
        subprocess.run(["bash", tools / "down.sh", folder / "state"], check=False)


@pytest.fixture
def slurm(slurm_daemons: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of a running SLURM that `sbatch` and its like talk to in this test."""
    monkeypatch.setenv("SLURM_CONF", str(slurm_daemons / "slurm.conf"))
    return slurm_daemons
