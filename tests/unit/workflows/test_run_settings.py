"""Where runs work: what was asked for, and the settings where nothing was."""

from pathlib import Path

import pytest

from pathgui import settings
from pathgui.cli.app import main
from pathgui.jobs import usable_cores
from pathgui.settings import Settings
from pathgui.workflows.run_settings import Pool, beside_window, settle

ELSEWHERE = Settings(
    workers=3,
    threads=2,
    scheduler="tls://host:8786",
    worker_memory="4G",
    tls_ca="ca.pem",
    tls_certificate="me.pem",
    tls_key="me.key",
)


def test_that_what_is_not_asked_for_comes_from_the_settings():
    found = settle(Pool(), ELSEWHERE)
    assert (found.workers, found.threads, found.memory) == (3, 2, "4G")
    assert found.scheduler == "tls://host:8786"
    assert found.tls == (Path("ca.pem"), Path("me.pem"), Path("me.key"))


def test_that_what_is_asked_for_wins():
    found = settle(Pool(workers=0, threads=1, scheduler="slurm"), ELSEWHERE)
    assert (found.workers, found.threads, found.scheduler) == (0, 1, "slurm")


@pytest.mark.parametrize("scheduler", ["local", "tcp://other:8786", "pbs"])
def test_that_certificates_are_shown_to_their_own_scheduler_alone(scheduler):
    assert settle(Pool(scheduler=scheduler), ELSEWHERE).tls == (None, None, None)


def test_that_local_is_this_computer_whatever_the_settings_say():
    assert settle(Pool(scheduler="local"), ELSEWHERE).scheduler is None
    assert settle(Pool(), Settings()).scheduler is None


def test_that_a_core_is_left_to_the_window():
    assert beside_window(0, None) == max(1, usable_cores() - 1)
    assert beside_window(5, None) == 5
    assert beside_window(0, "tcp://host:8786") == 0


def test_that_the_command_line_runs_where_the_settings_say(
    tmp_path, synthetic, recipe_text, capfd
):
    root = tmp_path / "study"
    (tmp_path / "small.toml").write_text(recipe_text)
    assert main(["new", str(root)]) == 0
    assert main(["add", str(root), str(synthetic), "--cohort", "c1"]) == 0
    settings.save(Settings(scheduler="nowhere"))
    words = ["run", str(root), str(tmp_path / "small.toml")]
    assert main(words) == 2
    assert "'nowhere' is no scheduler" in capfd.readouterr().err
    assert main([*words, "--scheduler", "threads", "--workers", "1"]) == 0
