"""Workers as jobs of a SLURM or PBS queue, through dask-jobqueue."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typing_extensions import override

from pathgui.errors import MissingExtraError, RunError
from pathgui.jobs.dask_hands import ClientHands, connect, security
from pathgui.jobs.hands import Put
from pathgui.jobs.plan import RunPlan

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_SIZE = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B?)?", re.IGNORECASE)
_TIME = re.compile(r"(\d+-)?\d{1,3}(:\d{2}){0,2}")
_PATH = re.compile(r"/[\w./+-]*")
_LINE = re.compile(r"[^\r\n]+")
# What a site may ask for. Each value ends up in a job script, so each has a form.
_FORMS: dict[str, re.Pattern[str]] = {
    "queue": _WORD,
    "account": _WORD,
    "project": _WORD,
    "interface": _WORD,
    "memory": _SIZE,
    "walltime": _TIME,
    "python": _PATH,
    "local_directory": _PATH,
}
_LISTS = {"prologue": "job_script_prologue", "directives": "job_extra_directives"}
_NUMBERS = ("cores",)
_DEFAULTS = {"memory": "8GB", "walltime": "24:00:00"}


class ClusterHands(ClientHands):
    """Jobs of a queue, one worker each; they end with the run.

    The scheduler runs in this process and listens on the interface that the plan
    names, as the nodes must reach it: give `tls` where others can, too.
    """

    def __init__(self, plan: RunPlan, put: Put) -> None:
        self._cluster = start_cluster(plan)
        client = connect(self._cluster, security(plan.tls))
        super().__init__(plan.run_id, put, client, owned=True)
        self.workers = max(1, plan.workers)
        self._cluster.scale(jobs=self.workers)

    @override
    def start(self) -> None:
        self._listen()  # workers are still to come; they are what we asked for

    @override
    def mend(self) -> None:
        """The queue brings workers when it likes; orders wait for them."""

    @override
    def close(self) -> None:
        super().close()
        self._cluster.close()


def start_cluster(plan: RunPlan) -> Any:
    """A scheduler here that can ask the queue for workers.

    Raises
    ------
    MissingExtraError
        If dask-jobqueue is not installed.
    RunError
        If an option is unknown or of the wrong form.
    """
    try:
        import dask_jobqueue
    except ImportError as error:
        raise MissingExtraError(
            f"runs on {plan.scheduler} need dask-jobqueue",
            "install it with: pip install 'pathgui[hpc]'",
        ) from error
    kind = getattr(dask_jobqueue, f"{str(plan.scheduler).upper()}Cluster")
    options = cluster_options({"cores": plan.threads, **_DEFAULTS, **plan.cluster})
    certificates = security(plan.tls)
    try:
        return kind(
            processes=1,
            job_name="pathgui",
            log_directory=_log_folder(plan.run_dir / "cluster"),
            worker_extra_args=["--no-dashboard", "--nthreads", "1"],
            scheduler_options={"dashboard_address": "127.0.0.1:0"},
            security=certificates,
            protocol="tls://" if certificates else "tcp://",
            **options,
        )
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise RunError(
            f"no {plan.scheduler} cluster can be set up: {error}",
            "check the options of the cluster",
        ) from error


def cluster_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Options under dask-jobqueue's names; nothing unchecked reaches a job script.

    Raises
    ------
    RunError
        If an option is unknown or of the wrong form.
    """
    options: dict[str, Any] = {}
    for name, value in given.items():
        if name in _FORMS:
            if not isinstance(value, str) or not _FORMS[name].fullmatch(value):
                raise _wrong(name, value)
            options[name] = value
        elif name in _NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise _wrong(name, value)
            options[name] = value
        elif name in _LISTS:
            lines = value if isinstance(value, list | tuple) else [None]
            if not all(isinstance(v, str) and _LINE.fullmatch(v) for v in lines):
                raise _wrong(name, value)
            options[_LISTS[name]] = list(lines)
        else:
            known = ", ".join(sorted([*_FORMS, *_LISTS, *_NUMBERS]))
            raise RunError(f"a cluster has no option {name!r}", f"it takes {known}")
    return options


def _log_folder(folder: Path) -> str | None:
    """Where jobs write, if that can stand in a job script unquoted."""
    if not _PATH.fullmatch(str(folder)):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def _wrong(name: str, value: object) -> RunError:
    return RunError(
        f"cluster option {name} is {value!r}", "that cannot stand in a job script"
    )
