"""Clinical: the schema of the tables."""

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.schema import SchemaDialog


class ClinicalDesk(Desk):
    """What the Clinical menu does."""

    def schema(self, table: str = "", column: str = "") -> None:
        """Show what each column may hold, and change it."""
        project = self.session.project
        if project is None:
            return
        dialog = SchemaDialog(
            self.session.theme,
            project,
            self.session.background,
            table or "clinical",
            column,
            self.widget,
        )
        dialog.chosen.connect(self.session.edit)
        self.show_dialog(dialog)
