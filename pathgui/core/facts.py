"""What is known of a slide, from the slide itself or from its result file."""

from pathgui.errors import SlideError
from pathgui.slides import Slide, SlideProperties
from pathgui.storage import SlideMeta


class SlideFacts:
    """The facts of a slide under the names OpenSlide gives them.

    Attributes
    ----------
    name : str
        Name of the slide.
    """

    def __init__(
        self, name: str, slide: Slide | None, meta: SlideMeta | None, missing: str
    ) -> None:
        self.name = name
        self._slide = slide
        self._meta = meta
        self._missing = missing

    @property
    def slide(self) -> Slide:
        """The opened slide.

        Raises
        ------
        SlideError
            If this came from a result file whose slide is not there any more.
        """
        if self._slide is None:
            raise SlideError(
                f"the slide of {self.name} is needed and cannot be read: "
                f"{self._missing}",
                "put the slide back where it was, or open it with from_slide",
            )
        return self._slide

    @property
    def properties(self) -> SlideProperties:
        """What the slide file says about itself."""
        return self.slide.properties

    @property
    def dimensions(self) -> tuple[int, int]:
        """``(width, height)`` of level 0 in pixels."""
        if self._meta is not None:
            return self._meta.dimensions
        return self.properties.dimensions

    @property
    def level_count(self) -> int:
        """Number of levels."""
        return self.properties.level_count

    @property
    def level_dimensions(self) -> tuple[tuple[int, int], ...]:
        """``(width, height)`` of each level, as in OpenSlide."""
        return self.properties.level_dimensions

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """Level-0 pixels per pixel of each level; never rounded."""
        return self.properties.level_downsamples

    @property
    def mpp(self) -> float | None:
        """Micrometres per level-0 pixel."""
        return self._meta.mpp if self._meta is not None else self.properties.mpp

    @property
    def magnification(self) -> float | None:
        """Nominal objective power."""
        if self._meta is not None:
            return self._meta.magnification
        return self.properties.objective

    @property
    def meta(self) -> SlideMeta | None:
        """Facts stored in the result file this came from."""
        return self._meta
