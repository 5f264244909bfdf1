"""Workers that somebody else runs: a scheduler's address, TLS, a client, a queue."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pathgui.errors import RunError
from pathgui.jobs import (
    Run,
    RunEvent,
    RunPlan,
    SlideDone,
    SlideFailed,
    SlideProgress,
    SlideSkipped,
    SlideStarted,
    Tls,
)
from pathgui.jobs.cluster import cluster_options

pytestmark = pytest.mark.pool

Slides = Callable[..., list[Path]]
Start = Callable[..., Run]
StandIn = Callable[[str], str]


def of(events: list[RunEvent], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def dask(*arguments: str) -> subprocess.Popen[bytes]:
    parts = str(Path(__file__).parent / "parts")
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        env={**os.environ, "PYTHONPATH": parts},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def scheduler_and_workers(
    folder: Path, tls: list[str], protocol: str
) -> tuple[str, list[subprocess.Popen[bytes]]]:
    import json
    import threading

    file = folder / "scheduler.json"
    started = [
        dask("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--protocol", protocol, "--scheduler-file", str(file), *tls)
    ]  # fmt: skip
    started += [
        dask("dask_worker", "--scheduler-file", str(file), "--host", "127.0.0.1",
             "--nthreads", "1", "--no-dashboard", "--protocol", protocol,
             "--local-directory", str(folder / "scratch"), *tls)
        for _ in range(2)
    ]  # fmt: skip
    clock = threading.Event()
    for _ in range(200):
        if file.exists() and file.stat().st_size:
            return str(json.loads(file.read_text())["address"]), started
        clock.wait(0.1)
    raise AssertionError("no scheduler came up")


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers, each in a process of its own."""
    folder = tmp_path_factory.mktemp("dask")
    address, started = scheduler_and_workers(folder, [], "tcp://")
    yield address
    stop(started)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """A certificate that vouches for itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=pathgui", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return Tls(certificate, certificate, key)


def test_that_a_scheduler_elsewhere_does_the_work(
    slides: Slides, start: Start, elsewhere: str
) -> None:
    events = list(start(slides(4), scheduler=elsewhere).events())
    assert len(of(events, SlideDone)) == 4
    assert len(of(events, SlideStarted)) == 4


def test_that_a_poisoned_slide_is_tried_twice_whatever_the_scheduler_allows(
    slides: Slides, start: Start, stand_in: StandIn, elsewhere: str
) -> None:
    run = start(slides(3), scheduler=elsewhere, call=stand_in("poison"))
    events = list(run.events())
    failed = of(events, SlideFailed)
    assert [(e.slide_id, e.quarantined) for e in failed] == [("s01", True)]
    counts = [e.attempt for e in of(events, SlideStarted) if e.slide_id == "s01"]
    assert counts == [1, 2]
    assert len(of(events, SlideDone)) == 2


def test_that_cancel_reaches_workers_elsewhere(
    slides: Slides, start: Start, stand_in: StandIn, elsewhere: str
) -> None:
    run = start(slides(3), scheduler=elsewhere, call=stand_in("slow"))
    events = []
    for event in run.events():
        events.append(event)
        if isinstance(event, SlideProgress):
            run.cancel()
    assert events[-1].outcome == "cancelled"
    assert len(of(events, SlideSkipped)) == 3
    again = list(start([t.path for t in run.plan.tasks], scheduler=elsewhere).events())
    assert len(of(again, SlideDone)) == 3


def test_that_a_client_that_is_passed_in_is_used_and_stays_open(
    slides: Slides, start: Start, elsewhere: str
) -> None:
    from distributed import Client

    with Client(elsewhere, set_as_default=False) as client:
        events = list(start(slides(2), client=client).events())
        assert len(of(events, SlideDone)) == 2
        assert client.status == "running"
        assert client.submit(sum, [1, 2]).result() == 3


def test_that_an_address_without_a_scheduler_is_named(
    slides: Slides, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathgui.jobs.dask_hands._CONNECT_SECONDS", 2)
    with pytest.raises(RunError, match=r"tcp://127\.0\.0\.1:9"):
        list(start(slides(1), scheduler="tcp://127.0.0.1:9").events())


def test_that_tls_is_spoken_where_it_is_asked_for(
    slides: Slides, start: Start, certificates: Tls, tmp_path: Path
) -> None:
    options = [
        "--tls-ca-file", str(certificates.ca), "--tls-cert",
        str(certificates.certificate), "--tls-key", str(certificates.key),
    ]  # fmt: skip
    address, started = scheduler_and_workers(tmp_path, options, "tls://")
    try:
        assert address.startswith("tls://")
        run = start(slides(2), scheduler=address, tls=certificates)
        assert len(of(list(run.events()), SlideDone)) == 2
    finally:
        stop(started)


def test_that_a_missing_certificate_is_named(
    slides: Slides, start: Start, tmp_path: Path
) -> None:
    missing = tmp_path / "none.pem"
    tls = Tls(missing, missing, missing)
    with pytest.raises(RunError, match=r"none\.pem"):
        list(start(slides(1), scheduler="tls://127.0.0.1:9", tls=tls).events())


@pytest.mark.parametrize(
    "options",
    [
        {"queue": "short; rm -rf /"},
        {"walltime": "$(id)"},
        {"memory": "lots"},
        {"cores": 0},
        {"directives": ["-p short\n#SBATCH --wrap id"]},
        {"python": "/usr/bin/python; id"},
        {"colour": "red"},
    ],
)
def test_that_nothing_but_plain_values_reaches_a_job_script(
    options: dict[str, object],
) -> None:
    with pytest.raises(RunError):
        cluster_options(options)


def test_that_slurm_brings_the_workers(
    slides: Slides, plan: Callable[..., RunPlan], slurm: Path
) -> None:
    pytest.importorskip("dask_jobqueue", reason="the extra hpc is not installed")
    made = replace(
        plan(slides(4), scheduler="slurm", workers=2),
        cluster={"memory": "1GB", "walltime": "0:10:00", "interface": "lo"},
    )
    events = list(Run(made).events())
    assert len(of(events, SlideDone)) == 4
    assert list((made.run_dir / "cluster").glob("pathgui-*.err"))
