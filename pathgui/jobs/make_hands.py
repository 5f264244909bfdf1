"""Which workers a plan asks for."""

from typing import Any

from pathgui.errors import RunError
from pathgui.jobs.cluster import ClusterHands
from pathgui.jobs.dask_hands import ClientHands, PoolHands, connect, security
from pathgui.jobs.hands import Hands, Put, ThreadHands
from pathgui.jobs.plan import CLUSTERS, THREADS, RunPlan
from pathgui.jobs.pool import LocalPool, PoolSize, usable_cores


def make_hands(plan: RunPlan, put: Put, client: Any = None) -> Hands:
    """The workers of a run; nothing is started yet.

    Raises
    ------
    RunError
        If the plan names no scheduler we know, or nobody answers there.
    """
    if client is not None:
        return ClientHands(plan.run_id, put, client, owned=False)
    if plan.scheduler == THREADS:
        return ThreadHands(plan.workers or usable_cores(), put)
    if plan.scheduler is None:
        size = PoolSize(plan.workers or usable_cores(), plan.memory_limit)
        pool = LocalPool(size, plan.run_dir / "workers.log")
        return PoolHands(plan.run_id, put, pool)
    if plan.scheduler in CLUSTERS:
        return ClusterHands(plan, put)
    if "://" in plan.scheduler:
        client = connect(plan.scheduler, security(plan.tls))
        return ClientHands(plan.run_id, put, client, owned=True)
    raise RunError(
        f"{plan.scheduler!r} is no scheduler",
        "give an address such as tcp://host:8786, or slurm, pbs or threads",
    )
