"""The Slides tab: the editable manifest with the clinical columns beside it."""

from PySide6.QtGui import QPixmap

from pathgui.gui.panels.tablepage import TablePage
from pathgui.gui.session import Session
from pathgui.gui.session.quality import Quality
from pathgui.gui.session.thumbnails import Thumbnails
from pathgui.gui.style.parts import Button, EmptyState
from pathgui.gui.tables.content import Content
from pathgui.gui.tables.fields import hidden_at_first, slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView
from pathgui.project import Project


class SlidesPage(TablePage):
    """Every slide of the project as a row."""

    def __init__(
        self, session: Session, thumbnails: Thumbnails, quality: Quality
    ) -> None:
        self._quality = quality
        model = TableModel(session, self._content)
        model.doubt = self._doubt
        proxy = OrderProxy(model)
        self._thumbnails = thumbnails
        view = TableView(session, proxy, self._picture)
        empty = EmptyState(session.theme, "ph.image-square")
        empty.say(
            "No slides yet",
            "Point at a folder of slides: nothing is copied, and the table fills "
            "itself from the files.",
        )
        way_in = Button(session.theme, "Add slides…", "ph.plus-circle", role="primary")
        empty.offer(way_in)
        super().__init__(session, proxy, view, "slides", empty)
        model.setParent(self)
        proxy.setParent(self)
        way_in.clicked.connect(lambda: self.asked.emit("slides.add"))
        view.setAccessibleName("Slides")
        self.set_hidden(lambda field: hidden_at_first(field.column.name))
        session.project_opened.connect(self.load)
        session.project_closed.connect(model.clear)
        session.reloaded.connect(self.load)
        quality.changed.connect(self._remeasure)
        thumbnails.ready.connect(view.viewport().update)
        proxy.reordered.connect(self._tell_order)

    def load(self) -> None:
        """Read the tables of the project."""
        self.proxy.model.reload()

    def _content(self, project: Project) -> Content:
        return slides_content(project, self._quality.table, self.session.linked())

    def _remeasure(self) -> None:
        """Metrics came, changed or went: show them if there is anything to show."""
        metrics = self._quality.table
        shown = any(field.table == "metrics" for field in self.proxy.model.fields)
        if shown or (metrics is not None and len(metrics)):
            self.load()

    def _doubt(self, row: int, name: str) -> str:
        """Why a metric deserves a look."""
        return self._quality.why(self.proxy.model.slide_id(row), name)

    def _picture(self, row: int) -> QPixmap | None:
        slide_id = self.proxy.model.slide_id(row)
        return self._thumbnails.get(slide_id, small=True)

    def _tell_order(self) -> None:
        if self.session.project is None:
            self.session.slides = ()
            return
        slides = self.proxy.model.content.slides
        if slides is not None:
            self.session.slides = tuple(slides[self.proxy.source_rows()].tolist())
