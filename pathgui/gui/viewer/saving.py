"""Saving the view as a picture."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QFileDialog, QWidget

from pathgui.gui.viewer.floats import GAP, draw_bar
from pathgui.gui.viewer.stage import Stage

FORMATS = "Pictures (*.png *.jpg *.tif)"
_CHILDREN = QWidget.RenderFlag.DrawChildren


def ask_and_save(stage: Stage, folder: Path, name: str) -> None:
    """Ask where, beginning in `folder` with a name made of the slide's."""
    wanted = folder / f"{name} view.png"
    chosen, _ = QFileDialog.getSaveFileName(stage, "Save view", str(wanted), FORMATS)
    if chosen:
        path = Path(chosen)
        save(stage, path if path.suffix else path.with_suffix(".png"))


def save(stage: Stage, path: Path) -> bool:
    """Save the view with all that explains it; say over the slide how it went."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        good = picture_of(stage).save(str(path))
    except OSError:
        good = False
    stage.say(f"Saved as {path.name}" if good else f"{path} cannot be written.")
    return good


def picture_of(stage: Stage) -> QImage:
    """The view with its overlays; legend, measurement and scale bar if shown."""
    image = stage.canvas.grab_view()
    ratio = image.width() / max(stage.canvas.width(), 1)
    painter = QPainter(image)
    painter.scale(ratio, ratio)
    stage.names.paint_on(painter)
    painter.setOpacity(1.0)
    for part in (stage.draw_sheet, stage.pointer.rubber, stage.legend):
        if part.isVisible():
            part.render(painter, part.pos(), QRegion(), _CHILDREN)
    if stage.scale_bar.isVisible():
        box = QRectF(GAP, image.height() / ratio - GAP - 37, 0, 37)
        box.setWidth(stage.scale_bar.width())
        painter.fillRect(box, QColor("#FFFFFF"))
        corner = box.topLeft() + QPointF(14, 0)
        draw_bar(painter, stage.scale_bar.bar, corner, QColor("#18212D"))
    painter.end()
    return image
