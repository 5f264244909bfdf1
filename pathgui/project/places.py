"""Where a project keeps its slides and results."""

from abc import ABC, abstractmethod
from pathlib import Path

from pathgui.errors import ProjectError
from pathgui.project import layout
from pathgui.project.names import check_cohort, check_name
from pathgui.project.table import Table


class Places(ABC):
    """Paths of a project, from its folder and its manifest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    @abstractmethod
    def manifest(self) -> Table:
        """One row per slide."""

    @property
    @abstractmethod
    def writable(self) -> bool:
        """Whether folders may be made."""

    def folder(self, name: str) -> Path:
        """Folder of the project by its plain name, made if need be."""
        try:
            path = self.root / layout.FOLDERS[name]
        except KeyError as error:
            raise ProjectError(f"A project has no folder {name!r}.") from error
        if self.writable:
            path.mkdir(parents=True, exist_ok=True)
        return path

    def stored_path(self, path: Path) -> str:
        """How a file is written in tables: relative to the project if inside."""
        return layout.to_manifest(self.root, path)

    def slide_path(self, slide_id: str) -> Path:
        """Absolute path of a slide; it need not exist.

        Raises
        ------
        ProjectError
            No such slide, or its path in the manifest is hostile.
        """
        return self.stored_file(self._slide(slide_id)["path"])

    def row_path(self, row_id: int) -> Path:
        """The same for a row of the manifest."""
        return self.stored_file(self.manifest.text(row_id, "path"))

    def stored_file(self, text: str) -> Path:
        """Absolute path of what `stored_path` wrote; ProjectError if hostile."""
        return layout.from_manifest(self.root, text)

    def _slide(self, slide_id: str) -> dict[str, str]:
        row = self.manifest.find(slide_id)
        if row is None:
            raise ProjectError(f"The project has no slide {slide_id!r}.")
        return self.manifest.row(row)

    def result_path(self, slide_id: str, name: str = "") -> Path:
        """Where a slide's result file lies: ``processed/<cohort>/<slide_id>.h5``.

        Raises
        ------
        ProjectError
            No such slide, or a name that cannot be a file name.
        """
        cohort = self._slide(slide_id)["cohort"]
        reason = check_name(slide_id)
        reason = reason or (check_cohort(cohort) if cohort else "")
        reason = reason or (check_name(name) if name else "")
        if reason:
            raise ProjectError(
                f"Slide {slide_id!r} of cohort {cohort!r} has no result file: "
                f"a name {reason}."
            )
        file = f"{slide_id}.{name}.h5" if name else f"{slide_id}.h5"
        return self.root / layout.FOLDERS["processed"] / cohort / file

    def check_cohort(self, cohort: str) -> None:
        """Raise ProjectError if a cohort cannot have this name.

        It names a folder, is not ``all``, and is no slide's id: the feature files
        of slides and cohorts share a folder.
        """
        reason = check_cohort(cohort)
        if not reason:
            ids = self.manifest.texts("slide_id").tolist()
            taken = {slide_id.casefold() for slide_id in ids}
            reason = "is the id of a slide" if cohort.casefold() in taken else ""
        if reason:
            raise ProjectError(
                f"A cohort cannot be called {cohort!r}: the name {reason}.",
                "Letters, digits, dashes and underscores are safe.",
            )

    def cohorts(self) -> dict[str, list[str]]:
        """Slide ids by cohort, in the order of the manifest."""
        found: dict[str, list[str]] = {}
        table = self.manifest
        cohorts = table.texts("cohort").tolist()
        slides = table.texts("slide_id").tolist()
        for cohort, slide in zip(cohorts, slides, strict=True):
            found.setdefault(cohort, []).append(slide)
        return found

    def recipes(self) -> list[Path]:
        """The project's recipe files, by name."""
        return sorted((self.root / layout.FOLDERS["pipelines"]).glob("*.toml"))
