"""Hand job scripts to the queue, and ask whether it still has them."""

import re
import subprocess

from pathgui.errors import RunError
from pathgui.jobs.arrays.folder import ArrayFolder

_SECONDS = 120.0
_COMMANDS = {"slurm": ("sbatch", "--parsable"), "pbs": ("qsub",)}
# SLURM answers "id" or "id;cluster", PBS "id[].server".
_ANSWERS = {
    "slurm": re.compile(r"(\d+)(;[A-Za-z0-9_.-]+)?"),
    "pbs": re.compile(r"(\d+(\[\])?(\.[A-Za-z0-9_.-]+)?)"),
}
_UNKNOWN = ("invalid job id", "unknown job id", "has finished")


def submit(array: ArrayFolder) -> ArrayFolder:
    """Submit the scripts that are not submitted yet.

    Returns
    -------
    ArrayFolder
        With the numbers of the jobs, which are written down one by one.

    Raises
    ------
    RunError
        If the queue refuses, or there is none.
    """
    for script in array.scripts[len(array.jobs) :]:
        # The folder is the place the script's relative paths start from.
        words = [*_COMMANDS[array.system], f"./{script}"]
        answer = _ask(words, array)
        if answer.returncode:
            said = (answer.stderr.strip() or answer.stdout.strip()).splitlines()
            raise RunError(
                f"{words[0]} refused {script}: {said[-1] if said else 'no reason'}",
                f"correct the options, or submit {array.folder / script} by hand",
            )
        # A site may print a banner before the answer.
        lines = [line.strip() for line in answer.stdout.splitlines()]
        found = filter(None, map(_ANSWERS[array.system].fullmatch, lines))
        matches = list(found)
        if not matches:
            raise RunError(f"{words[0]} gave no job number but {answer.stdout!r}")
        array = array.with_jobs([*array.jobs, matches[-1][1]])
    return array


def is_queued(array: ArrayFolder) -> bool | None:
    """Whether the queue still has a job of the array; None if it cannot be told."""
    if not array.jobs:
        return None
    states = [_has_job(array, job) for job in array.jobs]
    if any(states):
        return True
    return None if None in states else False


def _has_job(array: ArrayFolder, job: str) -> bool | None:
    slurm = array.system == "slurm"
    words = ["squeue", "--noheader", "--jobs", job] if slurm else ["qstat", job]
    try:
        answer = _ask(words, array)
    except RunError:
        return None
    if answer.returncode == 0:
        return bool(answer.stdout.strip())
    unknown = any(word in answer.stderr.lower() for word in _UNKNOWN)
    return False if unknown else None


def _ask(words: list[str], array: ArrayFolder) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            words,
            cwd=array.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RunError(
            f"{words[0]} cannot be called: {error}",
            f"call it where it is installed, in the folder {array.folder}",
        ) from error
