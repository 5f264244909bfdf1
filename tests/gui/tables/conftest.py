"""Tables on the small project."""

import pytest

from pathgui.gui.session import Session
from pathgui.gui.tables.fields import slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.view import TableView


@pytest.fixture
def view(session: Session, qtbot) -> TableView:
    """The slides of the project in a table of its own."""
    model = TableModel(session, slides_content, session)
    model.reload()
    made = TableView(session, OrderProxy(model, session))
    qtbot.addWidget(made)
    made.resize(1500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made
