"""What a person asks of a cluster, in flags and in ``pathgui.toml``."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pathgui.errors import ProjectError, RunError
from pathgui.jobs import Tls
from pathgui.jobs.arrays import SYSTEMS, canonical, dask_options, memory_bytes
from pathgui.project import Project
from pathgui.workflows.run_recipe import RunOptions

SECTION = "cluster"


def site_options(
    project: Project, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What is asked of a cluster: ``[defaults.cluster]``, and above it what is given.

    Raises
    ------
    ProjectError
        If that part of pathgui.toml is no table.
    RunError
        If an option is given under two names.
    """
    usual = project.config.defaults.get(SECTION, {})
    if not isinstance(usual, Mapping):
        raise ProjectError(
            "pathgui.toml: defaults.cluster is not a table", "write [defaults.cluster]"
        )
    chosen = {name: value for name, value in (given or {}).items() if value is not None}
    # One option under two names must not stand beside itself: the flag wins.
    return canonical(usual) | canonical(chosen)


def run_options(
    project: Project,
    options: RunOptions,
    *,
    memory: str | None = None,
    tls: tuple[Path | None, Path | None, Path | None] = (None, None, None),
    cluster: Collection[str] = (),
) -> RunOptions:
    """Options of a run from a person's words.

    Parameters
    ----------
    project : Project
        Its ``[defaults.cluster]`` counts for the schedulers ``slurm`` and ``pbs``.
    options : RunOptions
        What is settled already.
    memory : str, optional
        Of a worker, ``4G``; ``0`` is no limit.
    tls : tuple of Path
        Authority, certificate and key; all or none.
    cluster : collection of str
        ``key=value``: options of `make_site`, and ``interface`` and ``python``.

    Raises
    ------
    RunError
        If a value has not its form.
    """
    given = dict(_pair(word) for word in cluster)
    wishes: dict[str, Any] = {}
    if options.scheduler in SYSTEMS:
        wishes = dask_options(site_options(project, given))
    elif given:
        raise RunError(
            "--cluster is for runs with --scheduler slurm or pbs",
            "a scheduler elsewhere has workers of its own",
        )
    files = [path.absolute() for path in tls if path is not None]
    if files and len(files) != len(tls):
        raise RunError(
            "TLS needs three files",
            "give all of --tls-ca, --tls-cert and --tls-key",
        )
    return replace(
        options,
        memory_limit=None if memory is None else memory_bytes(memory),
        tls=Tls(*files) if files else None,
        cluster=wishes,
    )


def _pair(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals:
        raise RunError(f"{word!r} is no cluster option", "write for example queue=long")
    return key.strip(), value.strip()
