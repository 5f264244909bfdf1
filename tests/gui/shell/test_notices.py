"""What was told in a session, kept under the bell."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

Key = Qt.Key


def test_that_what_was_told_is_kept_under_the_bell(window):
    bell = window.toolbar.bell
    assert bell.accessibleName() == "Notices"
    window.session.told.emit("4 slides are done\nRun 1", "note")
    window.session.told.emit("The disk is nearly full", "warning")
    window.toasts.clear()
    assert bell.unread == 2
    assert bell.accessibleName() == "Notices, 2 unread"
    window.actions_.trigger("view.notices")
    shown = window.notice_list
    assert shown.isVisible()
    spoken = [
        shown.list.item(k).data(Qt.ItemDataRole.AccessibleTextRole) for k in range(2)
    ]
    assert spoken[0].startswith("unread, warning, ")
    assert spoken[1].endswith("4 slides are done. Run 1")
    # They were looked at: none is unread any more.
    assert bell.unread == 0
    QTest.keyClick(shown.list, Key.Key_Down)
    assert shown.list.currentRow() == 1
    QTest.keyClick(shown.list, Key.Key_Escape)
    assert not shown.isVisible()


def test_that_the_list_of_notices_says_when_it_is_empty(window):
    shown = window.notice_list
    window.session.told.emit("Saved", "note")
    window.actions_.trigger("view.notices")
    assert shown.list.isVisible()
    shown.clear.click()
    assert shown.empty.isVisible()
    assert window.notices.all == []
    QTest.keyClick(shown, Key.Key_Escape)
    window.session.told.emit("Saved", "note")
    window.session.close()
    assert window.notices.all == []


def test_that_a_blinded_review_takes_names_out_of_the_notices(window):
    window.session.told.emit("S1 was exported", "note")
    window.notice_list.veil = lambda words: words.replace("S1", "this slide")
    window.actions_.trigger("view.notices")
    assert window.notice_list.list.item(0).text() == "this slide was exported"
    window.notice_list.close()


def test_that_the_bell_stands_in_the_toolbar_with_its_key(window):
    assert window.actions_["view.notices"] in window.toolbar.actions_shown()
    assert "Ctrl" in window.toolbar.bell.toolTip()
