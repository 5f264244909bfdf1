"""Where runs work, as one person prefers it on this computer."""

from dataclasses import dataclass
from pathlib import Path

from pathgui.jobs import usable_cores
from pathgui.settings import Settings

LOCAL = "local"
"""Word for processes on this computer, against a scheduler in the settings."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Who works on the slides; None is "as the settings say".

    Attributes
    ----------
    workers, threads : int or None
        Processes side by side (0: one per core), and threads on one slide.
    scheduler : str or None
        ``local``, ``threads``, ``slurm``, ``pbs`` or the address of a Dask scheduler.
    memory : str or None
        Of a worker: ``4G``; ``0`` is no limit; empty shares the machine's out.
    tls : tuple of Path or None
        Certificates of authority, own and key, for a scheduler that asks for them.
    """

    workers: int | None = None
    threads: int | None = None
    scheduler: str | None = None
    memory: str | None = None
    tls: tuple[Path | None, Path | None, Path | None] = (None, None, None)


@dataclass(frozen=True, slots=True)
class Settled:
    """The same with nothing left open; see `Pool`."""

    workers: int
    threads: int
    scheduler: str | None
    memory: str | None
    tls: tuple[Path | None, Path | None, Path | None]


def settle(asked: Pool, settings: Settings) -> Settled:
    """Fill in from the settings what was not asked for.

    Certificates belong to the scheduler of the settings: they are not used for
    another one that was named.
    """
    scheduler = settings.scheduler if asked.scheduler is None else asked.scheduler
    tls = asked.tls
    if not any(tls) and scheduler == settings.scheduler and "://" in scheduler:
        ca, certificate, key = (
            Path(text) if text else None
            for text in (settings.tls_ca, settings.tls_certificate, settings.tls_key)
        )
        tls = (ca, certificate, key)
    memory = settings.worker_memory if asked.memory is None else asked.memory
    return Settled(
        settings.workers if asked.workers is None else asked.workers,
        settings.threads if asked.threads is None else asked.threads,
        None if scheduler in ("", LOCAL) else scheduler,
        memory or None,
        tls,
    )


def beside_window(workers: int, scheduler: str | None) -> int:
    """Worker processes of a run while the window is open, which needs a core, too."""
    if workers or scheduler is not None:
        return workers
    return max(1, usable_cores() - 1)
