"""Takes what names a slide out of texts, for a blinded review."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QObject

from pathgui.gui.session import Session
from pathgui.project import Edit

THIS, OTHER = "this slide", "a slide"
_NAMING = ("slide_id", "patient_id", "path")


class Veil(QObject):
    """Knows every name of the slides of a queue: id, file, path and patient."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._slides: frozenset[str] = frozenset()
        # Names with the slide they tell of, the longest first.
        self._names: list[tuple[str, str]] | None = None
        session.changed.connect(self._changed)
        session.reloaded.connect(self._forget)
        session.project_closed.connect(self._forget)

    def cover(self, slides: tuple[str, ...]) -> None:
        """Hide the names of these slides from now on."""
        self._slides, self._names = frozenset(slides), None

    def hide(self, text: str, current: str) -> str:
        """The text without names; the slide in turn is called *this slide*."""
        if self._names is None:
            found = sorted(set(self._all()), key=lambda pair: -len(pair[0]))
            self._names = [pair for pair in found if len(pair[0]) > 1]
        for name, slide in self._names:
            if name in text:
                word = THIS if slide == current else OTHER
                pattern = rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
                text = re.sub(pattern, word, text)
        return text

    def _changed(self, edit: Edit) -> None:
        renamed = any(column in _NAMING for _, column in edit.places)
        if renamed or edit.added or edit.removed:
            self._forget()

    def _forget(self) -> None:
        self._names = None

    def _all(self) -> Iterator[tuple[str, str]]:
        project = self._session.project
        if project is None:
            return
        manifest, patients = project.manifest, self._session.patients()
        ids, paths = manifest.texts("slide_id"), manifest.texts("path")
        for slide, path in zip(ids.tolist(), paths.tolist(), strict=True):
            if slide in self._slides:
                name = path.replace("\\", "/").rpartition("/")[2]
                stem = name.rpartition(".")[0]
                whole = str(project.root / path) if path else ""
                for word in (whole, path, name, stem, slide, patients.get(slide, "")):
                    yield word, slide
