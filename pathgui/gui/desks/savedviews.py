"""Saved views of a table: kept, shown, renamed and forgotten."""

from collections.abc import Callable

from pathgui.gui.desks.desk import Desk
from pathgui.gui.dialogs.ask import AskDialog
from pathgui.gui.dialogs.choice import ChoiceDialog
from pathgui.gui.dialogs.saveview import SaveViewDialog
from pathgui.gui.panels.tablepage import TablePage


class SavedViewDesk(Desk):
    """What can be done with filters that have a name.

    Attributes
    ----------
    page : TablePage or None
        The table page on screen.
    """

    page: TablePage | None = None

    def save_view(self) -> None:
        """Ask for a name for the filter that is in force."""
        page = self.page
        if page is None or not page.proxy.filtered:
            return
        views, expression = self.session.saved_views, page.proxy.expression()
        dialog = SaveViewDialog(
            self.session.theme,
            expression,
            page.proxy.rowCount(),
            frozenset(views.names()),
            views.refusal,
            self.widget,
        )
        dialog.chosen.connect(lambda name: views.save(name, expression))
        self.show_dialog(dialog)

    def show_view(self, name: str) -> None:
        """Filter the table by a saved view."""
        page, expression = self.page, self.session.saved_views.expression(name)
        if page is not None and expression:
            self.session.attempt(lambda: page.proxy.set_search(expression))
            page.refresh()
            page.view.setFocus()

    def ask_view_name(self, name: str) -> None:
        """Ask for another name for a saved view."""
        self._ask_text(
            f"Rename the view {name}", "", "Rename view", name,
            lambda new: self.session.saved_views.rename(name, new.strip()),
            lambda new: self.session.saved_views.refusal(new.strip(), name),
        )  # fmt: skip

    def ask_remove_view(self, name: str) -> None:
        """Ask, then forget a saved view."""
        dialog = ChoiceDialog(
            self.session.theme,
            f"Delete the view {name}?",
            "Slides and tables stay as they are. Ctrl+Z brings it back.",
            ("Delete view",),
            self.widget,
            icon="ph.trash",
            danger="Delete view",
        )
        dialog.picked.connect(lambda _: self.session.saved_views.remove(name))
        self.show_dialog(dialog)

    def _ask_text(
        self,
        title: str,
        text: str,
        verb: str,
        old: str,
        done: Callable[[str], object],
        refusal: Callable[[str], str],
    ) -> None:
        dialog = AskDialog(
            self.session.theme, title, text, verb, old, self.widget, refusal=refusal
        )
        dialog.given.connect(done)
        self.show_dialog(dialog)
