"""How long it takes from the command to a window on the screen, and to its tables.

    tools/with-display python benchmarks/start.py PROJECT [REPEATS]

Each start is a process of its own, as for a person. The clock begins with the process
and stops at the first paint of the main window, and again when nothing is loading any
more. The first start, which fills the system's file cache, is left out.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from measure import table

WATCH = "--watch"


def main(project: Path, repeats: int) -> None:
    starts = [start(project) for _ in range(repeats + 1)][1:]
    names = {
        "shown": "window shown",
        "ready": "project open, nothing loading",
        "cpu": "CPU until then",
    }
    rows = [
        {
            "from the command on": words,
            "median s": statistics.median(one[name] for one in starts),
            "slowest s": max(one[name] for one in starts),
        }
        for name, words in names.items()
    ]
    print(table(rows))


def start(project: Path) -> dict[str, float]:
    command = [sys.executable, __file__, WATCH, str(project), str(time.time())]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(printed.stdout.splitlines()[-1])
    return found


def watch(project: Path, began: float) -> None:
    """Run the window as its command does, and close it once it has settled."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QWindow
    from PySide6.QtWidgets import QApplication

    from pathgui.gui.app import application, run
    from pathgui.gui.shell.window import MainWindow

    seen: dict[str, float] = {}

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if isinstance(watched, QWindow) and event.type() == QEvent.Type.Expose:
                seen.setdefault("shown", time.time() - began)
            return False

        def look(self) -> None:
            windows = QApplication.topLevelWidgets()
            window = next((one for one in windows if isinstance(one, MainWindow)), None)
            if window is None or "shown" not in seen or window.session.project is None:
                return
            if window.session.background.busy:
                return
            seen["ready"] = time.time() - began
            seen["cpu"] = time.process_time()
            clock.stop()
            window.close()

    app = application()
    spy = Watch()
    app.installEventFilter(spy)
    clock = QTimer(interval=20)
    clock.timeout.connect(spy.look)
    clock.start()
    run(project, None, None)
    print(json.dumps(seen))


if __name__ == "__main__":
    if sys.argv[1:2] == [WATCH]:
        watch(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
