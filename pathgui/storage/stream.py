"""The part file as the HDF5 library sees it: a file that never fails.

When a write fails under the HDF5 library, it cannot even be closed again without
risk: with a full disk it has been seen to crash the process. So the library writes
through this object, which keeps the first error to itself for us to raise, and from
then on swallows what is written: the part will be thrown away anyway.
"""

import io
import os


class PartStream:
    """A file object over a descriptor, for h5py's file-object driver.

    Attributes
    ----------
    error : BaseException or None
        The first error; everything written after it is lost.
    """

    def __init__(self, fd: int) -> None:
        self._raw = io.FileIO(fd, "r+", closefd=False)
        self.error: BaseException | None = None
        self._muted = False

    def mute(self) -> None:
        """Swallow all further writes: the part is about to be removed."""
        self._muted = True

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        """As for files."""
        return self._raw.seek(position, whence)

    def tell(self) -> int:
        """As for files."""
        return self._raw.tell()

    def readinto(self, buffer: memoryview) -> int:
        """As for files, but fills all it can."""
        done = 0
        while done < len(buffer):
            count = self._raw.readinto(buffer[done:])
            if not count:
                break
            done += count
        return done

    def write(self, data: memoryview) -> int:
        """Write all of `data`, or remember why not and pretend."""
        size = len(data)
        if self._muted or self.error is not None:
            return size
        try:
            done = self._raw.write(data)
            while done < size:
                done += self._raw.write(data[done:])
        except BaseException as error:  # noqa: BLE001 - raised later, by `check`
            self.error = error
        return size

    def truncate(self, size: int | None = None) -> int:
        """As for files, with the errors of `write`."""
        end = self._raw.tell() if size is None else size
        if self._muted or self.error is not None:
            return end
        try:
            self._raw.truncate(end)
        except BaseException as error:  # noqa: BLE001 - raised later, by `check`
            self.error = error
        return end

    def flush(self) -> None:
        """Nothing is held back here."""

    def check(self) -> None:
        """Raise the first error, if there was one."""
        if self.error is not None:
            raise self.error
