"""About the program, and the keys it knows."""

from collections.abc import Iterable

from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from pathgui import __version__
from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.parts import key_cap, label, row


class AboutDialog(Dialog):
    """Version, licence, and what it is for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            f"pathgui {__version__}",
            "A desktop workbench for cohorts of whole-slide images.",
            parent,
        )
        self.setObjectName("aboutDialog")
        words = (
            "Free software under the MIT licence. It reads slides through OpenSlide "
            "and tifffile, shows them with napari and Qt, computes with NumPy, and "
            "runs on Dask. For research, not for diagnosis."
        )
        self.body.addWidget(label(words, "second", wrap=True))
        close = self.add_right("Close", role="primary")
        close.clicked.connect(self.accept)


class KeysDialog(Dialog):
    """Every action with its keys, menu by menu.

    Parameters
    ----------
    groups : iterable
        Menu titles, each with pairs of words and keys.
    """

    def __init__(
        self,
        theme: Theme,
        groups: Iterable[tuple[str, list[tuple[str, tuple[str, ...]]]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            "Keyboard map",
            "Every action is also in the palette, Ctrl+K. Keys without Ctrl rest "
            "while a field has the focus.",
            parent,
        )
        self.setObjectName("keysDialog")
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        place = 0
        for title, entries in groups:
            grid.addWidget(label(title, strong=True), place, 0, 1, 2)
            place += 1
            for words, keys in entries:
                grid.addWidget(label(words, "second"), place, 0)
                caps = row(*(key_cap(key) for key in keys), None, spacing=4)
                grid.addLayout(caps, place, 1)
                place += 1
        grid.setColumnStretch(0, 1)
        area = QScrollArea()
        area.setAccessibleName("Keys")
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setMinimumSize(520, 420)
        self.body.addWidget(area, 1)
        close = self.add_right("Close", role="primary")
        close.clicked.connect(self.accept)
