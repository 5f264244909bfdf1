"""What a cluster wants to be told about a job; every value has a form it must have.

The values end up in job scripts, so each is checked against what it may look like,
whether it came from a flag or from ``pathgui.toml``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pathgui.errors import RunError

SYSTEMS = ("slurm", "pbs")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}")
_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}")
_IMAGE = re.compile(r"([a-z]{2,12}://)?[A-Za-z0-9/][A-Za-z0-9._/:@+-]{0,500}")
_FOLDER = re.compile(r"/[A-Za-z0-9._/+@-]{0,500}")
_MEMORY = re.compile(r"([1-9]\d{0,6}) ?([KMGTkmgt])(i?[Bb])?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3})-)?(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_SPAN = re.compile(r"([1-9]\d{0,5}) ?([mhd])", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_TIMES = "write for example 12:00:00, 2-00:00:00, 90m, 12h or 2d"
# The same under the names that other tools of the field use.
_ALIASES = {"queue": "partition", "mem": "memory", "bind": "binds"}
_FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "partition": (_WORD, "a name of letters, digits, . _ - @ +"),
    "account": (_WORD, "a name of letters, digits, . _ - @ +"),
    "qos": (_WORD, "a name of letters, digits, . _ - @ +"),
    "memory": (_MEMORY, "a number and a unit, for example 16G"),
    "container": (_IMAGE, "the path of an image, or docker://name:tag"),
}
_LISTS: dict[str, tuple[re.Pattern[str], str]] = {
    "modules": (_MODULE, "names such as python/3.11"),
    "binds": (_FOLDER, "absolute folders of plain letters"),
}
_NUMBERS = {"cpus": 1024, "max_running": 100_000, "batch": 100_000,
            "max_array": 10_000_000}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """What each task of a job array asks for.

    Attributes
    ----------
    partition, account, qos : str
        Where the job goes and who pays; empty leaves it to the cluster.
    seconds : int
        Time limit of a task; 0 leaves it to the cluster.
    memory : str
        Of a task, as SLURM writes it (``16G``).
    cpus : int
        Cores of a task, and threads that work on its slide.
    modules : tuple of str
        Loaded before.
    container : str
        Image that pathgui is run in, with Apptainer or Singularity.
    binds : tuple of str
        Further folders that the container sees.
    max_running : int
        At most so many tasks at once; 0 is no limit.
    batch : int
        Slides of one task.
    max_array : int
        Most tasks of one array (SLURM's MaxArraySize is 1001 unless set).
    """

    partition: str = ""
    account: str = ""
    qos: str = ""
    seconds: int = 0
    memory: str = ""
    cpus: int = 2
    modules: tuple[str, ...] = ()
    container: str = ""
    binds: tuple[str, ...] = ()
    max_running: int = 0
    batch: int = 1
    max_array: int = 1000

    @property
    def walltime(self) -> str:
        """The time limit as both systems read it: hours, minutes, seconds."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours:02d}:{minutes:02d}:{seconds:02d}"

    @property
    def pbs_memory(self) -> str:
        """The memory as PBS writes it: ``16gb``."""
        return f"{self.memory.lower()}b"


def canonical(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options under their own names: ``queue`` is `partition`, ``mem`` is `memory`.

    Raises
    ------
    RunError
        If an option is given under both names.
    """
    found: dict[str, Any] = {}
    for given, value in options.items():
        name = _ALIASES.get(given, given)
        if name in found:
            raise RunError(f"the cluster option {given} is given twice", "give it once")
        found[name] = value
    return found


def make_site(options: Mapping[str, Any]) -> Site:
    """Check what a person or a configuration file asks for.

    Parameters
    ----------
    options : mapping
        Fields of `Site`, with ``time`` for `seconds` (``12:00:00``, ``90m``); also
        ``queue``, ``mem`` and ``bind``. A list may be text with commas between.

    Raises
    ------
    RunError
        If an option is unknown, or its value has not the form it must have.
    """
    values: dict[str, Any] = {}
    for name, value in canonical(options).items():
        if name in _FORMS:
            values[name] = _text(name, value, *_FORMS[name])
        elif name in _LISTS:
            values[name] = _list(name, value, *_LISTS[name])
        elif name in _NUMBERS:
            values[name] = _number(name, value, _NUMBERS[name])
        elif name == "time":
            values["seconds"] = _time(value)
        else:
            known = sorted({*(f.name for f in fields(Site)), "time"} - {"seconds"})
            raise RunError(
                f"a cluster has no option {name!r}", "it takes " + ", ".join(known)
            )
    if "memory" in values:
        match = _MEMORY.fullmatch(values["memory"])
        assert match is not None
        values["memory"] = match[1] + match[2].upper()
    return Site(**values)


def memory_bytes(text: str) -> int:
    """Bytes of ``16G``; ``0`` stays 0; raises as `make_site`."""
    if text == "0":
        return 0
    match = _MEMORY.fullmatch(text)
    if match is None:
        raise RunError(f"{text!r} is no amount of memory", _FORMS["memory"][1])
    power = "KMGT".index(match[2].upper()) + 1
    return int(match[1]) << (10 * power)


def dask_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same wishes in the words of `RunPlan.cluster`; raises as `make_site`."""
    extra = dict(options)
    passed = {k: extra.pop(k) for k in ("interface", "python") if k in extra}
    site = make_site(extra)
    found: dict[str, Any] = {
        "queue": site.partition,
        "account": site.account,
        "memory": f"{site.memory}B" if site.memory else "",
        "walltime": site.walltime if site.seconds else "",
        "cores": site.cpus if "cpus" in extra else 0,
        "prologue": [f"module load {module}" for module in site.modules],
        "directives": [f"--qos={site.qos}"] if site.qos else [],
    }
    return passed | {name: value for name, value in found.items() if value}


def _text(name: str, value: object, form: re.Pattern[str], like: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _wrong(name, value, f"it is {like}")
    return value


def _list(
    name: str, value: object, form: re.Pattern[str], like: str
) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise _wrong(name, value, f"it is a list of {like}")
    return tuple(_text(name, item, form, like) for item in items)


def _number(name: str, value: object, largest: int) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,8}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(name, value, "it is a whole number")
    if not (name == "max_running" and value == 0) and not 1 <= value <= largest:
        raise _wrong(name, value, f"it is a whole number from 1 to {largest}")
    return value


def _time(value: object) -> int:
    text = value if isinstance(value, str) else ""
    if span := _SPAN.fullmatch(text):
        return int(span[1]) * _SECONDS[span[2]]
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        raise _wrong("time", value, _TIMES)
    days, hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not total:
        raise _wrong("time", value, _TIMES)
    return total


def _wrong(name: str, value: object, hint: str) -> RunError:
    return RunError(
        f"the cluster option {name} is {value!r}, which cannot stand in a job script",
        hint,
    )
