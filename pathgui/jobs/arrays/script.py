"""Job scripts from templates: all they hold is checked or quoted, no slide is named."""

import re
import shlex
import sys
from pathlib import Path

import pathgui
from pathgui.jobs.arrays.site import Site
from pathgui.settings import resource

# A directive cannot be quoted, so a folder stands in it only if it is plain.
_PLAIN = re.compile(r"/[A-Za-z0-9._/+-]*")


def write_scripts(
    folder: Path, run_id: str, system: str, site: Site, tasks: int, binds: list[str]
) -> tuple[str, ...]:
    """Write the scripts of an array, several where one would be too long.

    Parameters
    ----------
    folder : Path
        Of the array, absolute; gets ``job_1.sh``, ``job_2.sh`` …
    run_id : str
        For people.
    system : str
        ``slurm`` or ``pbs``.
    site : Site
        What each task asks for.
    tasks : int
        How many tasks.
    binds : list of str
        Folders that a container has to see, besides those of the site.

    Returns
    -------
    tuple of str
        File names, in order.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource("job_scripts")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - shell, not HTML: see the filter below
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quote"] = shlex.quote
    template = environment.get_template(f"{system}.sh.j2")
    offsets = range(0, tasks, site.max_array)
    names = []
    for part, offset in enumerate(offsets, 1):
        name = f"job_{part}.sh"
        text = template.render(
            run_id=run_id,
            version=pathgui.__version__,
            part=part,
            parts=len(offsets),
            name=name,
            tasks=min(site.max_array, tasks - offset),
            offset=offset,
            site=site,
            folder=str(folder),
            logs=_logs(folder),
            command=_command(site, binds),
        )
        script = folder / name
        script.write_text(text, "utf-8", errors="surrogateescape")
        script.chmod(0o755)
        names.append(name)
    return tuple(names)


def _logs(folder: Path) -> str:
    """The folder of the logs; relative to where it is submitted if it is not plain."""
    return f"{folder}/logs" if _PLAIN.fullmatch(str(folder)) else "logs"


def _command(site: Site, binds: list[str]) -> str:
    """How pathgui is started on a node, as quoted words of a shell."""
    if site.container:
        folders = dict.fromkeys([*site.binds, *filter(_PLAIN.fullmatch, binds)])
        words = [word for place in folders for word in ("--bind", place)]
        return '"$runtime" exec ' + shlex.join([*words, site.container, "pathgui"])
    if getattr(sys, "frozen", False):
        return shlex.quote(sys.executable)
    # Without -P, a file called pathgui.py where the job starts would be run instead.
    return shlex.join([sys.executable, "-P", "-m", "pathgui"])
