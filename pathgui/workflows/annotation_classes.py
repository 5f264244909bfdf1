"""Which classes the annotations of a project have, and on how many slides."""

from collections import Counter
from pathlib import Path

from pathgui import log
from pathgui.errors import InteropError
from pathgui.interop import read_classes
from pathgui.project import Project

_log = log.get(__name__)


class AnnotationClasses:
    """Looks through the annotations of a project; a file is read once per version."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int], set[str]]] = {}

    def of(self, project: Project) -> dict[str, int]:
        """Slides by class, the most frequent first.

        An empty word stands for annotations without a class. Files that cannot be
        read are left out: they are told where they are used.
        """
        found: Counter[str] = Counter()
        for file in sorted(project.folder("annotations").glob("*.geojson")):
            found.update(self._classes(file))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _classes(self, file: Path) -> set[str]:
        try:
            facts = file.stat()
            stamp = facts.st_mtime_ns, facts.st_size
            known = self._known.get(file)
            if known is None or known[0] != stamp:
                known = self._known[file] = stamp, read_classes(file)
        except (OSError, InteropError) as error:
            _log.warning("the classes in %s are not known: %s", file, error)
            return set()
        return known[1]
