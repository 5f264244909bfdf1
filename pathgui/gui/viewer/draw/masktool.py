"""Editing the tissue mask with brush, fill and polygon, right on the slide."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from pathgui.gui.style.theme import Theme
from pathgui.gui.viewer.canvas import SlideCanvas
from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.bar import EditBar
from pathgui.gui.viewer.draw.paint import PaintNode
from pathgui.gui.viewer.draw.polygon import PolygonTool
from pathgui.gui.viewer.draw.sheet import DrawSheet
from pathgui.gui.viewer.layers import NodeOverlay, Swatch
from pathgui.interop import Bounds
from pathgui.tiling import Frame
from pathgui.workflows.mask_edit import Box, MaskEditor

TOOLS = (
    ("brush", "ph.paint-brush", "Brush", "B"),
    ("eraser", "ph.eraser", "Eraser", "E"),
    ("fill", "ph.paint-bucket", "Fill a hole, remove a piece", "F"),
    ("polygon", "ph.polygon", "Polygon; with Shift it erases", "Y"),
)
DEEDS = (
    ("smooth", "ph.waves", "Smooth", "S"),
    ("undo", "ph.arrow-u-up-left", "Undo", "Ctrl+Z"),
    ("redo", "ph.arrow-u-up-right", "Redo", "Ctrl+Shift+Z"),
)
_KEYS = {
    Qt.Key.Key_B: "brush",
    Qt.Key.Key_E: "eraser",
    Qt.Key.Key_F: "fill",
    Qt.Key.Key_Y: "polygon",
}
_LEAST, _MOST, _STEP = 3.0, 160.0, 1.2
COLOR = "#0B57A4"


class MaskTool(QObject):
    """Takes the mouse and the keys while a mask is edited.

    Attributes
    ----------
    editor : MaskEditor or None
        The mask in hand; None while nothing is edited.
    tool : str
        ``brush``, ``eraser``, ``fill`` or ``polygon``.
    size : float
        Radius of the brush in screen pixels.

    Signals
    -------
    save_wanted(), leave_wanted()
        Keep the mask as reviewed; stop editing.
    edited()
        A step was done, or taken back.
    """

    save_wanted = Signal()
    leave_wanted = Signal()
    edited = Signal()

    def __init__(
        self, theme: Theme, canvas: SlideCanvas, layers: LayerControl, sheet: DrawSheet
    ) -> None:
        super().__init__(sheet)
        self._canvas, self._layers, self._sheet = canvas, layers, sheet
        self.bar = EditBar(
            theme,
            sheet.stage,
            "Edit mask",
            TOOLS,
            DEEDS,
            ("Save as reviewed", "Ctrl+Enter"),
            size=True,
        )
        self._polygon = PolygonTool(canvas, sheet)
        self.editor: MaskEditor | None = None
        self._bounds: Bounds | None = None
        self.tool, self.size = "brush", 24.0
        self._overlay: NodeOverlay | None = None
        self._last: tuple[float, float] | None = None
        self._mouse: QPointF | None = None
        self._shift = False
        sheet.pressed.connect(self._press)
        sheet.dragged.connect(self._drag)
        sheet.released.connect(self._release)
        sheet.moved.connect(self._move)
        sheet.left.connect(self._leave_sheet)
        sheet.doubled.connect(self._double)
        sheet.wheel.connect(self._wheel)
        self._polygon.finished.connect(self._on_polygon)
        self.bar.chosen.connect(self.set_tool)
        self.bar.pressed.connect(self.do)
        self.bar.resized.connect(self._on_slider)

    @property
    def on(self) -> bool:
        """Whether a mask is being edited."""
        return self.editor is not None

    def begin(self, editor: MaskEditor, bounds: Bounds | None = None) -> None:
        """Take a mask in hand.

        `bounds` are those of the slide's scanned area, ``(x, y, width, height)`` in
        level-0 pixels: shares are told of that area, as runs tell them.
        """
        picture = self._layers.picture
        if picture is None:
            return
        self.editor, self._bounds = editor, bounds
        rgb = QColor(COLOR)
        color = (rgb.redF(), rgb.greenF(), rgb.blueF(), 0.30)
        node = PaintNode(editor.mask, color)
        step = (editor.downsample, editor.downsample)
        self._overlay = picture.add_node(
            node, "Mask in hand", "edit", Swatch(COLOR), step, order=40
        )
        self._sheet.paint = self._paint
        self._sheet.show()
        self._sheet.raise_()
        self.bar.show()
        self.bar.raise_()
        self.set_tool("brush")
        self.set_size(self.size)
        self._layers.refresh()

    def end(self) -> None:
        """Put the mask out of hand; what was not saved stays with its editor."""
        if self.editor is None:
            return
        self.editor.end()
        self.editor = None
        if self._overlay is not None and self._layers.picture is not None:
            self._layers.picture.remove(self._overlay)
        self._overlay = None
        self._polygon.forget()
        self._sheet.paint = None
        self._sheet.hide()
        self.bar.hide()
        self._layers.refresh()

    def rest(self, rest: bool) -> None:
        """Let the mouse pan for a while."""
        self._sheet.setVisible(self.on and not rest)

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for while a mask is edited; False if nothing."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if control:
            again = key == Qt.Key.Key_Y or (key == Qt.Key.Key_Z and shift)
            deed = "redo" if again else "undo" if key == Qt.Key.Key_Z else ""
            deed = "save" if enter else deed
            if deed:
                self.do(deed)
            return bool(deed)
        if key in _KEYS:
            self.set_tool(_KEYS[key])
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            up = key == Qt.Key.Key_BracketRight
            self.set_size(self.size * (_STEP if up else 1 / _STEP))
        elif key == Qt.Key.Key_S:
            self.do("smooth")
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif enter:
            self._polygon.close()
        elif key == Qt.Key.Key_Backspace:
            self._polygon.back()
        else:
            return False
        return True

    def do(self, deed: str) -> None:
        """Smooth, undo, redo, save or leave."""
        editor = self.editor
        if editor is None:
            return
        if deed == "save":
            self.save_wanted.emit()
        elif deed == "leave":
            self.leave_wanted.emit()
        else:
            steps = {"smooth": editor.smooth, "undo": editor.undo, "redo": editor.redo}
            self._show(steps[deed]())
            self.edited.emit()

    def set_tool(self, tool: str) -> None:
        """Take a tool in hand."""
        self.tool = tool
        self._polygon.forget()
        self.bar.set_current(tool)
        self._sheet.setCursor(
            Qt.CursorShape.BlankCursor
            if tool in ("brush", "eraser")
            else Qt.CursorShape.CrossCursor
        )
        self._say()

    def set_size(self, size: float) -> None:
        """Radius of the brush in screen pixels."""
        self.size = min(max(size, _LEAST), _MOST)
        self.bar.size_slider.set_value((self.size - _LEAST) / (_MOST - _LEAST))
        self._say()
        self._sheet.update()

    def _escape(self) -> None:
        if self._polygon.corners:
            self._polygon.forget()
        else:
            self.leave_wanted.emit()

    def _press(self, at: QPointF) -> None:
        if self.editor is None:
            return
        spot = self._canvas.to_slide(at)
        if self.tool == "polygon":
            self._polygon.press(at)
        elif self.tool == "fill":
            box = self.editor.fill(spot)
            self._show(box)
            self.edited.emit()
            if box is None:
                self.bar.say("There is no hole here: the area reaches the edge")
        else:
            self.editor.begin()
            self._stroke(spot, spot)

    def _drag(self, at: QPointF) -> None:
        self._mouse = at
        if self.tool == "polygon":
            self._polygon.drag(at)
        elif self._last is not None:
            self._stroke(self._last, self._canvas.to_slide(at))
        self._sheet.update()

    def _release(self, at: QPointF) -> None:
        del at
        self._last = None
        if self.tool == "polygon":
            self._polygon.release()
        elif self.editor is not None:
            self.editor.end()
            self.edited.emit()

    def _stroke(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        if self.editor is None:
            return
        self._last = b
        radius = self.size / (self._canvas.zoom * self._canvas.unit)
        self._show(self.editor.brush(a, b, radius, self.tool == "brush"))

    def _move(self, at: QPointF) -> None:
        self._mouse = at
        self._polygon.move(at)
        self._sheet.update()

    def _leave_sheet(self) -> None:
        self._mouse = None
        self._sheet.update()

    def _double(self, at: QPointF) -> None:
        if self.tool == "polygon":
            self._polygon.close()
        else:
            self._press(at)

    def _wheel(self, at: QPointF, notches: float, shift: bool) -> None:
        if self.on and shift:
            self.set_size(self.size * _STEP**notches)
        elif self.on:
            self._canvas.set_zoom(self._canvas.zoom * 1.25**notches, at)

    def _on_slider(self, share: float) -> None:
        self.set_size(_LEAST + share * (_MOST - _LEAST))

    def _on_polygon(self) -> None:
        if self.editor is None:
            return
        from PySide6.QtGui import QGuiApplication

        shift = Qt.KeyboardModifier.ShiftModifier
        add = not (QGuiApplication.keyboardModifiers() & shift)
        self._show(self.editor.polygon(self._polygon.corners, add))
        self.edited.emit()
        self._polygon.forget()

    def _show(self, box: Box | None) -> None:
        if box is not None and self.editor is not None and self._overlay is not None:
            self._overlay.node.set_part(self.editor.mask, box)
            self._canvas.redraw()
        self._say()

    def _say(self) -> None:
        if self.editor is None:
            return
        share = f"{self._share(self.editor):.1%}".replace("%", " %")
        words = f"Tissue {share}"
        if self.tool in ("brush", "eraser"):
            across = 2 * self.size / self._canvas.zoom
            picture = self._layers.picture
            pixels = picture is not None and picture.unit_name == "pixel"
            unit = "px" if pixels else "µm"
            words = f"{across:,.0f} {unit}  ·  {words}"
        self.bar.say(words)

    def _share(self, editor: MaskEditor) -> float:
        height, width = editor.mask.shape
        frame = Frame(0, editor.downsample, width, height).scanned(self._bounds)
        left, upper, right, lower = frame.extent
        return float(editor.mask[upper:lower, left:right].mean())

    def _paint(self, painter: QPainter) -> None:
        if self.tool == "polygon":
            self._polygon.paint(painter)
        elif self.tool in ("brush", "eraser") and self._mouse is not None:
            for color, width in (("#FFFFFF", 3.0), (COLOR, 1.5)):
                line = QPen(QColor(color), width)
                if self.tool == "eraser":
                    line.setStyle(Qt.PenStyle.DashLine)
                painter.setPen(line)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self._mouse, self.size, self.size)
