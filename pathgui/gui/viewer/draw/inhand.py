"""Shapes that were begun and not kept yet, slide by slide."""

from PySide6.QtCore import QObject, Signal

from pathgui.gui.viewer.draw.drafts import Drafts
from pathgui.gui.viewer.draw.errand import Errands
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.interop import Annotation
from pathgui.workflows import annotations as kept_annotations
from pathgui.workflows.drafts import Corner


class ShapesInHand(QObject):
    """Remembers the corners set on each slide, here and as drafts.

    Signals
    -------
    kept(str, object)
        A shape became an annotation of this slide; all it has now.
    """

    kept = Signal(str, object)

    def __init__(
        self, session: ViewerHost, errands: Errands, drafts: Drafts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._errands, self._drafts = session, errands, drafts
        self._open: dict[str, tuple[Corner, ...]] = {}

    def of(self, slide_id: str) -> tuple[Corner, ...]:
        """Corners set on a slide."""
        return self._open.get(slide_id, ())

    @property
    def unfinished(self) -> list[str]:
        """Slides with a shape that was drawn and not kept."""
        return [name for name, shape in self._open.items() if len(shape) > 2]

    def note(self, slide_id: str, corners: tuple[Corner, ...]) -> None:
        """Other corners are set on a slide; without any there is no shape."""
        if corners == self.of(slide_id):
            return
        self._open.pop(slide_id, None)
        if corners:
            self._open[slide_id] = corners
        self._drafts.shape(slide_id, corners)

    def take(self, loaded: LoadedSlide) -> None:
        """Take a shape in hand that an earlier window has left."""
        if loaded.drawn.shape and loaded.slide_id not in self._open:
            self._open[loaded.slide_id] = loaded.drawn.shape

    def forget(self) -> None:
        """The project goes, and with it what was in hand."""
        self._open.clear()

    def keep_all(self) -> None:
        """Keep every shape as an annotation without a name; `kept` follows.

        What cannot be written stays in hand.
        """
        for slide_id in self.unfinished:
            self._keep(slide_id)

    def discard_all(self) -> None:
        """Give up every shape."""
        for slide_id in list(self._open):
            self.note(slide_id, ())

    def _keep(self, slide_id: str) -> None:
        import shapely

        project = self._session.project
        if project is None:
            return
        drawn = Annotation(shapely.make_valid(shapely.Polygon(self.of(slide_id))))

        def work() -> tuple[Annotation, ...]:
            there = kept_annotations.load(project, slide_id)
            kept_annotations.save(project, slide_id, (*there, drawn))
            return (*there, drawn)

        def done(now: tuple[Annotation, ...]) -> None:
            self.note(slide_id, ())
            self.kept.emit(slide_id, now)

        self._errands.run(work, done)
