"""Blocks of pixels that were read, kept up to a budget."""

from collections import OrderedDict
from threading import Lock

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


class BlockStore:
    """Keeps what was used last; safe from several threads.

    Parameters
    ----------
    budget : int
        Bytes of pixels to keep.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._blocks: OrderedDict[str, Image] = OrderedDict()
        self._lock = Lock()
        self.nbytes = 0

    def get(self, key: str) -> Image | None:
        """A block, or None if it is not kept."""
        with self._lock:
            block = self._blocks.get(key)
            if block is not None:
                self._blocks.move_to_end(key)
            return block

    def add(self, key: str, image: Image) -> None:
        """Keep a block; the ones unused for longest make room."""
        with self._lock:
            old = self._blocks.pop(key, None)
            self.nbytes -= 0 if old is None else old.nbytes
            self._blocks[key] = image
            self.nbytes += image.nbytes
            while self.nbytes > self._budget:
                _, oldest = self._blocks.popitem(last=False)
                self.nbytes -= oldest.nbytes
