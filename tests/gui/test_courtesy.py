"""Work in the background steps aside while the window has something to do."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from pathgui.gui.background import Asked, Background, Progress


@pytest.fixture
def background(qapp: object) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()
    background.deleteLater()


class _Piece:
    """Work that goes on when the window is in the middle of an event."""

    def __init__(self) -> None:
        self.window_is_busy, self.went_on = threading.Event(), threading.Event()

    def work(self, _progress: Progress, asked: Asked) -> None:
        self.window_is_busy.wait()
        asked()
        self.went_on.set()


def test_work_waits_until_the_window_has_handled_what_it_is_at(
    background: Background, qtbot: QtBot
) -> None:
    piece, went_on_meanwhile = _Piece(), []

    def event() -> None:
        piece.window_is_busy.set()
        went_on_meanwhile.append(piece.went_on.wait(0.05))

    task = background.start("Looking", piece.work)
    with qtbot.waitSignal(task.done):
        QTimer.singleShot(0, event)
    assert went_on_meanwhile == [False]


def test_work_goes_on_beside_a_window_that_stays_busy(background: Background) -> None:
    piece = _Piece()
    background.start("Looking", piece.work)
    piece.window_is_busy.set()
    assert piece.went_on.wait(10)


def test_nobody_waits_for_a_window_that_is_closing(background: Background) -> None:
    piece = _Piece()
    background.start("Looking", piece.work)
    piece.window_is_busy.set()
    background.shutdown()
    assert piece.went_on.is_set()
