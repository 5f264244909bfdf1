"""Fields for where runs work: workers, threads, memory, a scheduler and its TLS."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from pathgui.errors import PathguiError
from pathgui.gui.style.parts import label, row, spin_box
from pathgui.jobs.arrays import memory_bytes
from pathgui.settings import Settings

_WHERE = (
    ("This computer", ""),
    ("A Dask scheduler", "address"),
    ("SLURM: workers as jobs of the queue", "slurm"),
    ("PBS: workers as jobs of the queue", "pbs"),
)
WORDS = 126
"""Pixels that the names of fields take, so that forms above one another are flush."""
_TLS = ("tls_ca", "tls_certificate", "tls_key")
_TLS_HINTS = ("authority (PEM)", "own certificate (PEM)", "key (PEM)")


class PoolForm(QWidget):
    """The part of the settings that is about runs.

    Attributes
    ----------
    changed : Signal()
        Something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, values: Settings) -> None:
        super().__init__()
        self.where = QComboBox()
        for words, kind in _WHERE:
            self.where.addItem(words, kind)
        remote = "://" in values.scheduler
        kind = "address" if remote else values.scheduler
        self.where.setCurrentIndex(max(0, self.where.findData(kind)))
        self.address = QLineEdit(values.scheduler if remote else "")
        self.address.setPlaceholderText("tcp://host:8786 or tls://host:8786")
        self.workers = spin_box("Workers", values.workers, 256, zero="one per core")
        self.threads = spin_box("Threads of a slide", values.threads, 64)
        self.threads.setMinimum(1)
        self.memory = QLineEdit(values.worker_memory)
        self.memory.setPlaceholderText("shared out; or 4G, 0 for no limit")
        self.tls = [QLineEdit(str(getattr(values, name))) for name in _TLS]
        for field, hint in zip(self.tls, _TLS_HINTS, strict=True):
            field.setPlaceholderText(hint)
        self.wrong = label("", "errText", size=12, wrap=True)
        self._build()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, WORDS)
        self._address = label("Address")
        self._files = label("TLS files")
        lines: tuple[tuple[QWidget, QWidget], ...] = (
            (label("Runs work on"), self.where),
            (self._address, self.address),
            (label("Workers of a run"), self.workers),
            (label("Threads of a slide"), self.threads),
            (label("Memory of a worker"), self.memory),
        )
        for place, (words, field) in enumerate(lines):
            field.setAccessibleName(getattr(words, "text", str)())
            grid.addWidget(words, place, 0)
            grid.addWidget(field, place, 1)
        grid.addWidget(self._files, len(lines), 0)
        grid.addLayout(row(*self.tls, spacing=6), len(lines), 1)
        grid.addWidget(self.wrong, len(lines) + 1, 1)
        for field, hint in zip(self.tls, _TLS_HINTS, strict=True):
            field.setAccessibleName(f"TLS {hint}")
        for text in (self.address, self.memory, *self.tls):
            text.textChanged.connect(self.refresh)
        self.where.currentIndexChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the fields that count, and what is wrong in them."""
        remote = self.where.currentData() == "address"
        for widget in (self._address, self.address, self._files, *self.tls):
            widget.setVisible(remote)
        reason = self.reason()
        self.wrong.setText(reason)
        self.wrong.setVisible(bool(reason))
        self.changed.emit()

    def reason(self) -> str:
        """What stands in the way of these settings; empty if nothing does."""
        if self.where.currentData() == "address":
            if "://" not in self.address.text():
                return "The address of a scheduler looks like tcp://host:8786"
            given = [bool(field.text().strip()) for field in self.tls]
            if any(given) and not all(given):
                return "TLS needs three files: authority, own certificate and key"
        try:
            memory_bytes(self.memory.text().strip() or "0")
        except PathguiError as error:
            return f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}"
        return ""

    def values(self) -> dict[str, str | int]:
        """The settings as they stand in the fields."""
        kind = str(self.where.currentData())
        remote = kind == "address"
        found: dict[str, str | int] = {
            "scheduler": self.address.text().strip() if remote else kind,
            "workers": self.workers.value(),
            "threads": self.threads.value(),
            "worker_memory": self.memory.text().strip(),
        }
        for name, field in zip(_TLS, self.tls, strict=True):
            found[name] = field.text().strip() if remote else ""
        return found
