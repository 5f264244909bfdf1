"""A step of the recipe on the visible region, before and after."""

from PySide6.QtCore import QObject, QTimer, Signal

from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.preview.layers import PreviewLayers
from pathgui.gui.viewer.preview.maker import Drawing, Maker
from pathgui.gui.viewer.preview.region import Region, Stepped, step_name, words_for
from pathgui.gui.viewer.stage import Stage
from pathgui.workflows.preview_steps import steps_to_show

_FOLLOW_MS = 300


class Comparison(QObject):
    """Which step is shown on the region, and whether before or after it.

    "Before" is the region as all earlier steps leave it. The region follows the view.

    Attributes
    ----------
    step : int
        Place among the steps that can be seen, or -1.

    Signals
    -------
    changed()
        Another step, or the other side of it, is shown.
    """

    changed = Signal()

    def __init__(self, layers: PreviewLayers, maker: Maker, parent: QObject) -> None:
        super().__init__(parent)
        self._layers, self._maker = layers, maker
        self._stage: Stage | None = None
        self._shown: LoadedSlide | None = None
        self._drawing: Drawing | None = None
        self._region: Region | None = None
        self._made: Stepped | None = None
        self._said = ""
        self.step = -1
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_FOLLOW_MS)
        self._later.timeout.connect(self._follow)
        maker.applied.connect(self._on_applied)

    def attach(self, stage: Stage) -> None:
        """Work on a canvas, once it exists."""
        self._stage = stage
        stage.canvas.view_changed.connect(self._on_view)

    def use(self, loaded: LoadedSlide | None, drawing: Drawing | None) -> None:
        """Speak about another slide, or about other parameters."""
        if loaded is not self._shown:
            self._made = None
        self._shown, self._drawing, self._region = loaded, drawing, None
        if self.step >= 0 and drawing is not None:
            self.show(self.step)

    def show(self, step: int) -> None:
        """Show a step on the visible region; -1 shows none."""
        self.step = step
        self._later.stop()
        if step < 0:
            self._region = self._made = None
            self._layers.show_region(None)
            if self._stage is not None:
                self._stage.take_back(self._said)
            self.changed.emit()
            return
        drawing, shown, stage = self._drawing, self._shown, self._stage
        if stage is None or shown is None or drawing is None:
            return
        if step >= len(steps_to_show(drawing.look.recipe)):
            self.show(-1)
            return
        self._region = Region.of(shown, stage.canvas.visible())
        if self._region is not None:
            self._maker.apply(drawing.look, step, self._region)

    @property
    def after_shown(self) -> bool:
        """Whether the region is shown as the step makes it."""
        return self._layers.after_shown

    def toggle(self) -> None:
        """Show the region before the step, or after it."""
        self._layers.show_after(not self._layers.after_shown)
        self._say()
        self.changed.emit()

    def _on_view(self) -> None:
        if self.step >= 0 and self._region is not None:
            self._later.start()

    def _follow(self) -> None:
        """Carry the steps out on what is in view now, if that is something else."""
        if self._stage is None or self._shown is None or self.step < 0:
            return
        region = Region.of(self._shown, self._stage.canvas.visible())
        if region is not None and region != self._region:
            self.show(self.step)

    def _on_applied(self, made: Stepped) -> None:
        if self._drawing is None or made.step != self.step:
            return
        before = self._made is not None and not self._layers.after_shown
        same = self._made is not None and self._made.step == made.step
        self._made = made
        self._layers.show_region(made, step_name(made.recipe, made.step))
        if before and same:
            # Who looks at "before" and moves the view goes on to look at it.
            self._layers.show_after(False)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        if self._made is not None and self._stage is not None:
            self._said = words_for(self._made, after=self._layers.after_shown)
            self._stage.say(self._said)
