"""``pathgui.toml`` of an open project: as it was read, and as it is here."""

from collections.abc import Iterable
from pathlib import Path

from pathgui.errors import ProjectError, SettingsChangedError
from pathgui.project import config as config_file
from pathgui.project import settingitems
from pathgui.project.config import ProjectConfig
from pathgui.project.edits import SettingChange


class SettingsFile:
    """Settings with what is not saved of them; another program may write the file.

    Parameters
    ----------
    root : Path
        Folder of the project.
    config : ProjectConfig
        As it was read.

    Attributes
    ----------
    config : ProjectConfig
        As they are here.
    base : ProjectConfig
        As they are on disk, when it was looked at last.
    """

    def __init__(self, root: Path, config: ProjectConfig) -> None:
        self.root = root
        self.config = self.base = config
        self._seen = self._bytes()
        self._conflicts: list[settingitems.Key] = []

    @property
    def unsaved(self) -> int:
        """How many settings differ from those on disk."""
        return settingitems.unsaved_items(self.base, self.config)

    def reread(self) -> bool:
        """Take over what another program changed; True if there was anything.

        What was changed here as well stays, and the next `save` tells.

        Raises
        ------
        ProjectError
            The file cannot be read.
        """
        there = self._bytes()
        if there == self._seen:
            return False
        theirs = config_file.load(self.root)
        self._seen = there
        if theirs == self.base:
            return False
        self.config, both = settingitems.merged(self.base, self.config, theirs)
        self.base = theirs
        self._conflicts += both
        return True

    def check(self, changes: Iterable[SettingChange]) -> ProjectConfig:
        """The settings after these changes; raises as `settingitems.changed`."""
        return settingitems.changed(self.config, changes)

    def refuse_if_torn(self) -> None:
        """Raise SettingsChangedError, once, for what was changed here and on disk."""
        both, self._conflicts = self._conflicts, []
        if both:
            raise SettingsChangedError(
                f"{settingitems.told(both[0])} was changed here, and by another "
                f"program in {config_file.FILE}.",
                "Save again to keep what is here.",
            )

    def write(self, config: ProjectConfig) -> None:
        """Make `config` what is here and on disk; OSError."""
        config_file.save(self.root, config)
        self.config = self.base = config
        self._seen = self._bytes()

    def configure(self, config: ProjectConfig) -> None:
        """The same at once; ProjectError."""
        try:
            self.write(config)
        except OSError as error:
            raise ProjectError(
                f"{self.root / config_file.FILE} cannot be written: "
                f"{error.strerror or error}."
            ) from error

    def bring_back(self, changes: Iterable[SettingChange]) -> tuple[int, list[str]]:
        """Carry out unsaved changes of an ended session.

        Returns
        -------
        int
            How many there were to do.
        list of str
            What the file says otherwise by now, and was left.
        """
        wanted, lost = settingitems.still_to_do(self.config, changes)
        self.config = settingitems.changed(self.config, wanted)
        words = [
            f"{settingitems.told((change.section, change.name))} is another in "
            f"{config_file.FILE} by now, and was left as it is there."
            for change in lost
        ]
        return len(wanted), words

    def _bytes(self) -> bytes:
        try:
            return (self.root / config_file.FILE).read_bytes()
        except OSError:
            return b""
