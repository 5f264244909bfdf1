"""Which slides the rows of a table speak of; no Qt here."""

from collections.abc import Iterable

from pathgui.gui.tables.content import Content
from pathgui.gui.tables.sheet import Rows, where


class RowSlides:
    """A part of `TableModel`.

    Attributes
    ----------
    content : Content
        What is shown.
    """

    content: Content
    # Positions by slide, where a row may have several; None if not worked out.
    _of_slide: dict[str, list[int]] | None = None

    def slide_id(self, row: int) -> str:
        """Slide of the row at a position; empty if the row has none."""
        slides = self.slides(row)
        return slides[0] if slides else ""

    def slides(self, row: int) -> tuple[str, ...]:
        """All slides the row at a position speaks of."""
        return self.content.slides_of(row)

    def all_slides(self) -> list[str]:
        """Slide of every row, by position, where each row names one."""
        slides = self.content.slides
        return [] if slides is None else list(slides.tolist())

    def slides_at(self, rows: Rows) -> list[str]:
        """Slides that rows speak of, in order; rows without one are left out."""
        slides = self.content.slides
        if slides is not None:
            return [slide for slide in slides[rows].tolist() if slide]
        return [slide for row in rows.tolist() for slide in self.slides(row)]

    def rows_of(self, slides: Iterable[str]) -> list[int]:
        """Positions of the rows that speak of these slides."""
        wanted = list(slides)
        if not wanted:
            return []
        if self.content.slides is not None:
            return where(self.content.slides, wanted)
        if self._of_slide is None:
            self._of_slide = {}
            for row, slides_here in enumerate(self.content.slides_by_row()):
                for slide in slides_here:
                    self._of_slide.setdefault(slide, []).append(row)
        known = self._of_slide
        return sorted({row for slide in wanted for row in known.get(slide, ())})
