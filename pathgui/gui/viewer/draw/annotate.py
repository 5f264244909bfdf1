"""Annotations of the slide on screen: shown, drawn, named, classified, kept."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from pathgui.gui.viewer.control import LayerControl
from pathgui.gui.viewer.draw.bar import EditBar
from pathgui.gui.viewer.draw.classes import AnnotationLayers
from pathgui.gui.viewer.draw.drafts import Drafts
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.draw.inhand import ShapesInHand
from pathgui.gui.viewer.draw.naming import NameCard
from pathgui.gui.viewer.draw.outlines import by_class, rings_of
from pathgui.gui.viewer.draw.polygon import PolygonTool, area_of, area_text
from pathgui.gui.viewer.drawn import read_placed
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.stage import Stage
from pathgui.interop import Annotation
from pathgui.project import Project
from pathgui.workflows import annotations as kept_annotations
from pathgui.workflows.annotations_on_slide import OnSlide, on_slide

VEILED = "Names of annotations are hidden: draw after the review."
DEEDS = (("delete", "ph.trash", "Delete the chosen one", "Del"),)


class Annotating(QObject):
    """Shows annotations as one layer per class, and lets a person draw more.

    Attributes
    ----------
    annotations : tuple of Annotation
        Those of the slide on screen.
    chosen : int
        The one that was clicked, or -1.
    layers : AnnotationLayers
        How they are drawn.
    in_hand : ShapesInHand
        Shapes that were begun.

    Signals
    -------
    changed()
        Drawing began or ended, or annotations changed.
    kept(str, object, object, str)
        Label, what does and undoes a change of files, and the slide.
    """

    changed = Signal()
    kept = Signal(str, object, object, str)

    def __init__(
        self,
        session: ViewerHost,
        layers: LayerControl,
        errands: Errands,
        drafts: Drafts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._errands = session, errands
        self.in_hand = ShapesInHand(session, errands, drafts, self)
        self.in_hand.kept.connect(self._on_kept)
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self.layers = AnnotationLayers(layers, errands, self)
        self.annotations: tuple[Annotation, ...] = ()
        self.chosen = -1
        self.on = False

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        theme, sheet = self._session.theme, stage.draw_sheet
        self._stage = stage
        self.polygon = PolygonTool(stage.canvas, sheet)
        self.bar = EditBar(
            theme, stage, "Annotate", (), DEEDS, ("Close the shape", "Enter")
        )
        self.card = NameCard(theme, stage)
        stage.add_bar(self.bar)
        sheet.pressed.connect(self._press)
        sheet.dragged.connect(self._drag)
        sheet.released.connect(self._release)
        sheet.moved.connect(self._move)
        sheet.doubled.connect(self._double)
        sheet.wheel.connect(self._wheel)
        self.polygon.grown.connect(self._say)
        self.polygon.grown.connect(self._note_shape)
        self.polygon.finished.connect(self._ask_name)
        self.bar.pressed.connect(self.do)
        self.card.named.connect(self._named)
        self.card.closed.connect(self._unnamed)
        self.layers.attach(stage)

    def before_change(self) -> None:
        """Another slide comes: stop drawing."""
        self.leave()
        self.layers.forget()

    def use(self, loaded: LoadedSlide | None) -> None:
        """Show the annotations of another slide."""
        self._shown, self.chosen = loaded, -1
        self.layers.forget()
        self.annotations = () if loaded is None else loaded.drawn.annotations
        if loaded is not None:
            self.in_hand.take(loaded)
            self._draw()

    def veil(self, on: bool) -> None:
        """Hide names and classes; drawing, which asks for both, rests meanwhile."""
        if on:
            self.leave()
        elif self._stage is not None:
            self._stage.take_back(VEILED)
        self.layers.veil(on)

    def _note_shape(self) -> None:
        """Keep the corners set so far in hand."""
        if self.on and self._shown is not None:
            self.in_hand.note(self._shown.slide_id, tuple(self.polygon.corners))

    def _on_kept(self, slide_id: str, now: tuple[Annotation, ...]) -> None:
        if self._shown is not None and self._shown.slide_id == slide_id:
            self.annotations, self.chosen = now, -1
            self._draw()
        self.changed.emit()

    def toggle(self) -> None:
        """Begin to draw, or stop."""
        if self.on:
            self.leave()
        elif self._stage is not None and self.layers.veiled:
            self._stage.say(VEILED)
        elif self._stage is not None and self._shown is not None:
            self.on = True
            stage = self._stage
            stage.pointer.set_tool("pan")
            stage.draw_sheet.paint = self._paint
            stage.draw_sheet.setCursor(Qt.CursorShape.CrossCursor)
            stage.draw_sheet.show()
            stage.draw_sheet.raise_()
            self.bar.show()
            self.bar.raise_()
            self.polygon.resume(self.in_hand.of(self._shown.slide_id))
            stage.place()
            self.changed.emit()

    def leave(self) -> None:
        """Stop drawing; an open shape stays in hand."""
        if not self.on or self._stage is None:
            return
        self.on, self.chosen = False, -1
        self.polygon.forget()
        self.card.hide()
        self.bar.hide()
        self._stage.draw_sheet.paint = None
        self._stage.draw_sheet.hide()
        self.changed.emit()

    def rest(self, rest: bool) -> None:
        """Let the mouse pan for a while."""
        if self._stage is not None and self.on:
            self._stage.draw_sheet.setVisible(not rest)

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for while drawing; False if nothing."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.polygon.close()
        elif key == Qt.Key.Key_Backspace and self.polygon.corners:
            self.polygon.back()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.do("delete")
        elif key == Qt.Key.Key_Escape:
            self.do("leave")
        else:
            return False
        return True

    def do(self, deed: str) -> None:
        """Close the shape, delete the chosen one, or leave by steps."""
        if deed == "save":
            self.polygon.close()
        elif deed == "delete" and 0 <= self.chosen < len(self.annotations):
            rest = list(self.annotations)
            gone = rest.pop(self.chosen)
            self.chosen = -1
            self.keep(tuple(rest), f"Delete annotation {gone.name}".strip())
        elif deed == "leave" and self.polygon.corners:
            self.polygon.forget()
            self.card.hide()
        elif deed == "leave":
            self.leave()

    def bring_in(self, file: Path) -> None:
        """Add the annotations of a GeoJSON file to those of the slide."""
        shown = self._shown
        if shown is None:
            return

        def work() -> tuple[OnSlide, str]:
            found, note = read_placed(file, shown.bounds)
            return on_slide(found, shown.size), note

        def done(read: tuple[OnSlide, str]) -> None:
            found, note = read
            if shown is self._shown:
                count = len(found.annotations)
                if count:
                    both = (*self.annotations, *found.annotations)
                    self.keep(both, f"Import {file.name}")
                if self._stage is not None:
                    noun = "annotation" if count == 1 else "annotations"
                    words = f"{count:,} {noun} from {file.name}."
                    words = " ".join(filter(None, (words, found.note, note)))
                    odd = bool(found.left_out or found.cut)
                    self._stage.say(words, bad=odd)

        self._errands.run(work, done)

    def keep(self, wanted: Sequence[Annotation], label: str) -> None:
        """Replace the annotations of the slide, on screen and on disk."""
        project, shown = self._session.project, self._shown
        if project is None or shown is None:
            return
        before, after = self.annotations, tuple(wanted)
        slide_id = shown.slide_id

        def put(which: tuple[Annotation, ...]) -> None:
            self._put(project, slide_id, which)

        put(after)
        self.kept.emit(label, lambda: put(after), lambda: put(before), slide_id)

    def _put(
        self, project: Project, slide_id: str, which: tuple[Annotation, ...]
    ) -> None:
        if self._shown is not None and self._shown.slide_id == slide_id:
            self.annotations, self.chosen = which, -1
            self._draw()
        self._errands.run(
            lambda: kept_annotations.save(project, slide_id, which), self._written
        )

    def _written(self, _: object) -> None:
        self.changed.emit()

    def _draw(self) -> None:
        self.layers.show(self.annotations)

    def _ask_name(self) -> None:
        if self.on and self._stage is not None:
            at = self._stage.canvas.to_widget(*self.polygon.corners[-1])
            self.card.ask(at, self._classes())

    def _classes(self) -> list[str]:
        known = [name for name in by_class(self.annotations) if name]
        return known + [n for n in ("Tumour", "Stroma", "Ignore") if n not in known]

    def _named(self, name: str, classification: str) -> None:
        import shapely

        if 0 <= self.chosen < len(self.annotations):
            wanted = list(self.annotations)
            old = wanted[self.chosen]
            wanted[self.chosen] = replace(
                old, name=name, classification=classification, color=None
            )
            self.keep(wanted, f"Name annotation {name}".strip())
            return
        shape = shapely.make_valid(shapely.Polygon(self.polygon.corners))
        drawn = Annotation(shape, name, classification)
        self.polygon.forget()
        self.keep((*self.annotations, drawn), f"Draw annotation {name}".strip())

    def _unnamed(self) -> None:
        self.polygon.forget()
        if self._stage is not None:
            self._stage.draw_sheet.setFocus()

    def _press(self, at: QPointF) -> None:
        if not self.on or self._stage is None or self.card.isVisible():
            return
        if not self.polygon.corners:
            hit = self.layers.at(*self._stage.canvas.to_slide(at))
            if hit >= 0 and hit != self.chosen:
                self.chosen = hit
                self._stage.draw_sheet.update()
                self._say()
                return
        self.chosen = -1
        self.polygon.press(at)

    def _drag(self, at: QPointF) -> None:
        if self.on and not self.card.isVisible():
            self.polygon.drag(at)

    def _release(self, at: QPointF) -> None:
        del at
        if self.on:
            self.polygon.release()

    def _move(self, at: QPointF) -> None:
        if self.on:
            self.polygon.move(at)

    def _double(self, at: QPointF) -> None:
        if not self.on:
            return
        if self.chosen >= 0:
            item = self.annotations[self.chosen]
            self.polygon.forget()
            self.card.ask(at, self._classes(), item.name, item.classification)
        else:
            self.polygon.close()

    def _wheel(self, at: QPointF, notches: float, shift: bool) -> None:
        del shift
        if self.on and self._stage is not None:
            canvas = self._stage.canvas
            canvas.set_zoom(canvas.zoom * 1.25**notches, at)

    def _say(self) -> None:
        if not self.on or self._stage is None:
            return
        words = "Click corners or draw; double-click a shape to name it"
        if len(self.polygon.outline) > 2:
            words = area_text(area_of(self.polygon.outline), self._mpp)
        elif 0 <= self.chosen < len(self.annotations):
            item = self.annotations[self.chosen]
            parts = (item.name, item.classification)
            area = area_text(item.geometry.area, self._mpp)
            words = "  ·  ".join(part for part in (*parts, area) if part)
        self.bar.say(words)

    @property
    def _mpp(self) -> float | None:
        return None if self._shown is None else self._shown.optics.mpp

    def _paint(self, painter: QPainter) -> None:
        if self._stage is None:
            return
        canvas = self._stage.canvas
        if 0 <= self.chosen < len(self.annotations):
            painter.setPen(QPen(QColor("#0B57A4"), 4.0))
            for ring in rings_of(self.annotations[self.chosen]):
                spots = [canvas.to_widget(float(x), float(y)) for x, y in ring]
                painter.drawPolyline(QPolygonF(spots))
        self.polygon.paint(painter)
