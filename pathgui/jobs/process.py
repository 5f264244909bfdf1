"""Entry of the pool's own processes: a Dask scheduler or one worker.

Started with an empty standard input that stays open: when it closes, the owner has
closed the pool or died, and the process ends itself at once. So nothing survives,
however the owner ended.
"""

import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
OUT_OF_MEMORY = 86
FLAG = "--pathgui-process"
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pathgui.jobs.process import main; main(sys.argv[2:])"
)
_MEMORY_CHECK_SECONDS = 0.25
# Dask watches itself fifty times a second, which a busy worker feels.
_CALM = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "1h",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
}


def command(*arguments: str) -> list[str]:
    """How to start this module in a process of its own.

    The child gets the search path of this process, so that what a script imports
    its workers can import; the script itself is never run again. A frozen
    application must pass what follows ``--pathgui-process`` on to `main`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG, *arguments]
    search = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109
    return [sys.executable, "-P", "-c", _BOOT, json.dumps(search), *arguments]


def main(arguments: list[str]) -> None:
    """Run the role named first, with what it needs after it."""
    import asyncio
    import faulthandler

    faulthandler.enable()
    match arguments:
        case ["scheduler", options]:
            asyncio.run(_scheduler(json.loads(options)))
        case ["worker", options]:
            asyncio.run(_worker(json.loads(options)))
        case ["launch", plan, call]:
            from pathgui.jobs.detached import launch

            sys.stdout.write(str(launch(Path(plan), call)))
            sys.stdout.flush()
            os._exit(0)  # leaves the run alone, without waiting for it
        case ["run", plan, call]:
            from pathgui.jobs.detached import carry_out_plan

            sys.exit(carry_out_plan(Path(plan), call))
        case _:
            sys.exit(f"there is no process {arguments!r}")


async def _scheduler(options: dict[str, Any]) -> None:
    from distributed import Scheduler

    _quiet()
    _end_with_owner()
    # A slide whose worker died comes back at once: the driver counts and decides.
    scheduler = await Scheduler(
        host=LOOPBACK,
        port=0,
        dashboard_address=f"{LOOPBACK}:0",
        allowed_failures=0,
        **options,
    )
    services = {name: server.port for name, server in scheduler.services.items()}
    found = {"address": scheduler.address, "dashboard": services.get("dashboard", 0)}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    await scheduler.finished()


async def _worker(options: dict[str, Any]) -> None:
    from distributed import Worker

    import pathgui.engine  # noqa: F401 - loaded while the scheduler starts

    _quiet()

    address = sys.stdin.readline().strip()
    _end_with_owner()
    limit = int(options.pop("memory_limit", 0))
    if limit:
        _start("memory", _watch_memory, limit)
    # Dask's own memory manager pauses a worker for good when memory is not given
    # back; our limit ends it, and the pool starts another.
    worker = await Worker(
        address,
        host=LOOPBACK,
        dashboard_address=f"{LOOPBACK}:0",
        name=str(os.getpid()),
        nthreads=1,
        memory_limit=0,
        death_timeout=30,
        **options,
    )
    await worker.finished()


def _quiet() -> None:
    import dask

    dask.config.set(_CALM)
    # Importing Dask sets its log levels, so this comes after.
    for name in ("distributed", "distributed.http.proxy", "distributed.scheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _end_with_owner() -> None:
    _start("owner", _wait_for_owner)


def _wait_for_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _watch_memory(limit: int) -> None:
    import psutil

    process, clock = psutil.Process(), threading.Event()
    while not clock.wait(_MEMORY_CHECK_SECONDS):
        if process.memory_info().rss > limit:
            os._exit(OUT_OF_MEMORY)


def _start(name: str, target: Any, *arguments: Any) -> None:
    threading.Thread(target=target, args=arguments, name=name, daemon=True).start()
