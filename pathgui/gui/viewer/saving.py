"""Saving the view as a picture."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from pathgui.gui.viewer.stage import Stage

FORMATS = "Pictures (*.png *.jpg *.tif)"


def ask_and_save(stage: Stage, folder: Path, name: str) -> None:
    """Ask where, beginning in `folder` with a name made of the slide's."""
    wanted = folder / f"{name} view.png"
    chosen, _ = QFileDialog.getSaveFileName(stage, "Save view", str(wanted), FORMATS)
    if chosen:
        save(stage, Path(chosen))


def save(stage: Stage, path: Path) -> bool:
    """Save the view with its overlays and scale bar; say over the slide how it went."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        good = stage.picture_of_view().save(str(path))
    except OSError:
        good = False
    stage.say(f"Saved as {path.name}" if good else f"{path} cannot be written.")
    return good
