"""What files say is shown as it is, also in tooltips."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from pathgui.gui.style.tips import plain
from pathgui.gui.tables.fields import slides_content
from pathgui.gui.tables.model import TableModel
from pathgui.project import Edit

HOSTILE = '<img src="file:///etc/passwd"> & <b>bold</b>'


@pytest.mark.parametrize(
    "text", [HOSTILE, "age < 50 & > 3", "plain", "", "a\nb", "a\n<b>b"]
)
def test_that_tips_show_every_letter(qapp, text):
    tip = plain(text)
    shown = tip
    if "<" in tip:
        document = QTextDocument()
        document.setHtml(tip)
        shown = document.toPlainText()
    assert shown == text


def test_that_a_cell_that_looks_like_html_is_told_as_text(session, qapp):
    manifest = session.project.manifest
    cell = manifest.cell(manifest.row_ids[1], "mpp", HOSTILE)
    session.edit(Edit("Edit mpp", (cell,)))
    model = TableModel(session, slides_content, session)
    model.reload()
    index = model.index(1, model.column_at("manifest", "mpp"))
    tip = model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip
    assert "<img" not in tip
