"""Columns of a large table are made ready for words before anyone looks for some."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer

from pathgui.errors import Cancelled
from pathgui.gui.background import Task
from pathgui.gui.style.states import BY_COLUMN
from pathgui.gui.tables.looks import LOOK_ROLE
from pathgui.gui.tables.proxy import OrderProxy
from pathgui.gui.tables.sheet import Sheet, Source

_WAIT_MS = 1500


class WordStore(QObject):
    """Reads the columns in sight in the background, when the table has come to rest.

    Parameters
    ----------
    proxy : OrderProxy
        Looks for words, and gets the columns.

    Attributes
    ----------
    waits : callable
        Whether it takes long to say which columns are in sight: then nothing is read
        before `soon` is called again.
    """

    def __init__(self, proxy: OrderProxy) -> None:
        super().__init__(proxy)
        self._proxy = proxy
        self.waits: Callable[[], bool] = lambda: False
        self._task: Task | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_WAIT_MS)
        self._later.timeout.connect(self.read)
        for signal in (proxy.modelReset, proxy.respliced):
            signal.connect(self.soon)
        proxy.model.dataChanged.connect(self._changed)

    def read(self) -> None:
        """Read what was not read yet."""
        proxy = self._proxy
        if not proxy.large(words=True) or self.waits():
            return
        seen = proxy.in_sight() if proxy.in_sight else None
        sheet = proxy.sheet(seen)
        done = {*sheet.read, *sheet.known}
        unread = [source for source in sheet.sources if source.name not in done]
        sources = [s for s in unread if seen is None or s.name in seen]
        if not sources:
            return
        work = partial(_read, sheet, sources)
        background = proxy.model.session.background
        self._task = task = background.start("Reading words", work, quick=True)
        task.done.connect(lambda sheet: self._take(task, sheet))

    def _take(self, task: Task, sheet: Sheet) -> None:
        if task is self._task:
            self._task = None
            self._proxy.know(sheet)

    def _changed(self, _first: object, _last: object, roles: list[int]) -> None:
        if roles != [LOOK_ROLE]:
            self.soon()

    def soon(self) -> None:
        """What is being read may be old already: begin again a bit later."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._later.start()


def _read(
    sheet: Sheet,
    sources: Sequence[Source],
    _progress: object,
    asked: Callable[[], bool],
) -> Sheet:
    for source in sources:
        if asked():
            raise Cancelled("the table has changed")
        if source.column.name in BY_COLUMN:
            sheet.coded(source)  # the words of a state count as well
        else:
            sheet.folded(source)
    return sheet
