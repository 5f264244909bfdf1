"""Which of the project's tables a dialog speaks about."""

from PySide6.QtWidgets import QComboBox

NAMES = {"manifest": "Manifest (slides)", "clinical": "Clinical table"}


class TablePick(QComboBox):
    """A list of the tables that people edit, with one chosen."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.setAccessibleName("Table")
        for name, words in NAMES.items():
            self.addItem(words, name)
        self.setCurrentIndex(list(NAMES).index(table))

    @property
    def table(self) -> str:
        """Name of the table that is chosen."""
        return str(self.currentData())
