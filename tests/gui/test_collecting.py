"""Objects of Qt never die on a thread that decodes slides."""

import gc
import threading

import pytest
from PySide6.QtCore import QTimer

from pathgui.gui.collecting import Collector


@pytest.fixture
def collector(qapp):
    made = Collector()
    made.start()
    yield made
    made.stop()
    made.deleteLater()


class Loop:
    """Garbage that only a collection finds; tells which thread found it."""

    def __init__(self, ends: list[int]) -> None:
        self.ends, self.me = ends, self
        self.timer = QTimer()
        self.timer.start(1000)

    def __del__(self) -> None:
        self.ends.append(threading.get_ident())


def test_that_garbage_is_collected_on_the_thread_of_the_window(collector, qtbot):
    ends: list[int] = []

    def make_objects() -> None:
        kept = [[] for _ in range(20_000)]
        assert kept

    for _ in range(5):
        Loop(ends)
    thread = threading.Thread(target=make_objects)
    thread.start()
    thread.join()
    assert ends == []
    kept = [[] for _ in range(1000)]
    qtbot.waitUntil(lambda: len(ends) == 5)
    assert set(ends) == {threading.get_ident()}
    assert kept


def test_that_python_collects_again_once_the_window_has_gone(qapp):
    assert gc.isenabled()
    made = Collector()
    made.start()
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()


def test_that_old_garbage_is_found_in_the_end(collector):
    ends: list[int] = []
    loop = Loop(ends)
    gc.collect()
    del loop
    kept = []
    for _ in range(50):
        kept.append([[] for _ in range(1000)])
        collector.look()
    assert ends == [threading.get_ident()]


def test_that_a_window_collects_as_long_as_it_lives(empty_window):
    assert not gc.isenabled()
    empty_window.shutdown()
    assert gc.isenabled()
