"""What Dask is handed: a function that is light to load, and an order as bytes.

A scheduler opens what it passes on. So it would load the engine, and whatever else an
order refers to, into a process that has no use for it; bytes pass through untouched.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathgui.jobs.worker import Order, Outcome


def pack(order: "Order") -> bytes:
    """An order as bytes; classes of a script or notebook travel along."""
    from distributed.protocol.pickle import dumps

    packed: bytes = dumps(order)
    return packed


def work(packed: bytes) -> "Outcome":
    """Carry out a packed order inside a Dask worker; messages go out as events."""
    from distributed import get_worker
    from distributed.protocol.pickle import loads

    from pathgui.jobs.worker import carry_out

    order: Order = loads(packed)
    worker, topic = get_worker(), topic_of(order.run_id)
    # Dask adds keys of its own to a dict, so ours is nested.
    return carry_out(order, lambda message: worker.log_event(topic, {"it": message}))


def topic_of(run_id: str) -> str:
    """Name under which workers report on a run."""
    return f"pathgui-{run_id}"
