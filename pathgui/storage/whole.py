"""What is written whole or not at all."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self


class WholeOrAbsent(ABC):
    """A context manager: an error inside the block, also Ctrl-C, leaves no trace."""

    @abstractmethod
    def commit(self) -> None:
        """Make the file whole under its final name."""

    @abstractmethod
    def discard(self) -> None:
        """Drop everything written; the final name stays as it was."""

    def close(self) -> None:
        """Finish the file under its final name; if that fails, drop it and raise."""
        with self.discarding():
            self.commit()

    @contextmanager
    def discarding(self) -> Iterator[None]:
        """Discard if the block fails, and raise what it raised."""
        try:
            yield
        except BaseException:
            self.discard()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()
