"""What a long piece of work found: a sentence, and a list where there is one."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pathgui.gui.dialogs.base import Dialog
from pathgui.gui.style import Theme
from pathgui.gui.style.states import SEVERITY
from pathgui.gui.tables.rows import Head, Part, Row
from pathgui.gui.tables.rowsview import RowsView

Line = tuple[str, str, str]


class ReportDialog(Dialog):
    """Lines of severity, subject and sentence under a summary."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        lines: Sequence[Line],
        parent: QWidget | None = None,
        heads: tuple[str, str] = ("What", "What happened"),
    ) -> None:
        worst = {line[0] for line in lines}
        severity = next((s for s in ("error", "warning") if s in worst), "")
        state = SEVERITY.get(severity)
        super().__init__(
            theme,
            title,
            text,
            parent,
            icon=state.icon if state else "ph.check-circle-fill",
            tint=state.hue if state else "ok",
        )
        self.setObjectName("reportDialog")
        self._lines = list(lines)
        if lines:
            columns = (Head("", 34), Head(heads[0], 230), Head(heads[1]))
            view = RowsView(theme, columns, title)
            view.show_rows([_row(k, line) for k, line in enumerate(lines)])
            view.setMinimumSize(660, min(60 + 27 * len(lines), 320))
            self.body.addSpacing(4)
            self.body.addWidget(view, 1)
            copy = self.add_left("Copy list", "ph.copy")
            copy.clicked.connect(self._copy)
        done = self.add_right("Close", role="primary")
        done.clicked.connect(self.accept)

    def _copy(self) -> None:
        text = "\n".join("\t".join(line) for line in self._lines)
        QGuiApplication.clipboard().setText(text)


def _row(number: int, line: Line) -> Row:
    severity, what, sentence = line
    state = SEVERITY[severity]
    mark = Part("", icon=state.icon, tint=state.hue)
    return Row(str(number), (mark, Part(what), Part(sentence, "quiet")))
