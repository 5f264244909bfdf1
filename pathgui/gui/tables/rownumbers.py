"""Numbers of the rows, at the left of a table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QWidget
from typing_extensions import override


class RowNumbers(QHeaderView):
    """Counts from one, whatever is selected.

    Qt's own header asks for each row in sight whether all its cells are selected, one
    by one, to draw it otherwise. That takes long in a table of thousands of columns.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(True)

    @override
    def initStyleOptionForIndex(
        self, option: QStyleOptionHeader, logicalIndex: int
    ) -> None:
        option.section = logicalIndex
        option.text = str(logicalIndex + 1)
        option.textAlignment = self.defaultAlignment()
        option.position = QStyleOptionHeader.SectionPosition.Middle
