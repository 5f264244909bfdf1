"""Pictures of the window for README and guide, from a demo cohort.

    tools/with-display python docs/make_images.py [DEMO_FOLDER]

The demo cohort is made in a temporary folder unless one is named. Personal settings
are left alone.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
SIZE = (1600, 1000)


def main(demo: Path) -> None:
    from pathgui.workflows.demo import run_demo

    run_demo(demo)
    for colours in ("light", "dark"):
        # A process for each theme, as each person starts one.
        command = [sys.executable, __file__, str(demo), colours]
        subprocess.run(command, check=True)
        dialogs = Path(__file__).with_name("make_dialog_images.py")
        command = [sys.executable, str(dialogs), str(demo), colours]
        subprocess.run(command, check=True)


def pictures(demo: Path, colours: str) -> None:
    from PySide6.QtCore import QEventLoop

    from pathgui.gui.app import application
    from pathgui.gui.shell.shot import Shot
    from pathgui.gui.shell.window import MainWindow
    from pathgui.gui.style import Theme

    app = application()
    theme = Theme(colours, app)
    theme.install()
    window = MainWindow(theme, quiet=True)
    window.resize(*SIZE)
    window.show()

    def take(name: str) -> None:
        loop = QEventLoop()
        target = IMAGES / f"{name}{'-dark' if colours == 'dark' else ''}.png"
        shot = Shot(window, target)
        shot.done.connect(loop.quit)
        shot.start()
        loop.exec()
        print(target.name)

    take("welcome")
    window.session.open(demo)
    window.session.select(window.session.slides[0])
    window.workspace.show_bottom("runs")
    for name in ("slides", "clinical", "gallery"):
        window.workspace.show_tab(name)
        take(name)
    window.show_slide(window.session.slides[0])
    take("viewer")
    window.session.close()
    window.shutdown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATHGUI_CONFIG"] = str(Path(folder) / "settings")
        named = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "demo"
        if len(sys.argv) > 2:
            pictures(named, sys.argv[2])
        else:
            main(named)
