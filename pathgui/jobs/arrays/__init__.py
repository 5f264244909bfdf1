"""Job arrays: a run as a folder that a SLURM or PBS queue works off."""

from pathgui.jobs.arrays.choose import Chosen, choose_tasks
from pathgui.jobs.arrays.collect import collect, register
from pathgui.jobs.arrays.folder import (
    ArrayFolder,
    find_arrays,
    load_array,
    make_array,
)
from pathgui.jobs.arrays.site import (
    SYSTEMS,
    Site,
    canonical,
    dask_options,
    make_site,
    memory_bytes,
)
from pathgui.jobs.arrays.submit import submit
from pathgui.jobs.arrays.task import TaskReport, carry_out_task

__all__ = [
    "SYSTEMS",
    "ArrayFolder",
    "Chosen",
    "Site",
    "TaskReport",
    "canonical",
    "carry_out_task",
    "choose_tasks",
    "collect",
    "dask_options",
    "find_arrays",
    "load_array",
    "make_array",
    "make_site",
    "memory_bytes",
    "register",
    "submit",
]
