"""Render the window without a display, on a virtual screen."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIMEOUT = 120
_SIZE = "1600x1000x24"


def render_window(root: Path, target: Path, *options: str) -> str:
    """Write a picture of the window on a project.

    Parameters
    ----------
    root : Path
        Project folder.
    target : Path
        PNG to write.
    *options : str
        Further words for the command line, for example ``--slide ID``.

    Returns
    -------
    str
        Empty if the picture was written, else why not.
    """
    command = [sys.executable, "-m", "pathgui", "open", str(root), *options]
    command += ["--screenshot", str(target)]
    try:
        with virtual_screen() as environment:
            done = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
    except OSError as error:
        return str(error)
    except subprocess.TimeoutExpired:
        return f"drawing took longer than {TIMEOUT} s"
    if done.returncode == 0 and target.exists():
        return ""
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return told[-1] if told else f"the window ended with status {done.returncode}"


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Yield the environment of a display: ours, or that of an Xvfb of its own.

    Raises
    ------
    OSError
        If there is no display and none can be started.
    """
    environment = dict(os.environ)
    if sys.platform != "linux" or environment.get("DISPLAY"):
        yield environment
        return
    program = shutil.which("Xvfb")
    if program is None:
        raise FileNotFoundError("Xvfb is not installed (apt install xvfb)")
    read, write = os.pipe()
    arguments = [program, "-displayfd", str(write), "-screen", "0", _SIZE]
    arguments += ["+extension", "GLX", "-nolisten", "tcp"]
    with subprocess.Popen(
        arguments,
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        try:
            # The server writes its number when it is ready, or closes when it fails.
            with os.fdopen(read) as answer:
                number = answer.readline().strip()
            if not number:
                raise OSError("a virtual screen could not be started")
            environment["DISPLAY"] = f":{number}"
            environment["QT_QPA_PLATFORM"] = "xcb"
            yield environment
        finally:
            server.terminate()
