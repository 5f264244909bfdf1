"""Choose slides by what the tables say, and read their features."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from pathgui.errors import StorageError
from pathgui.project import Project, joined_frame
from pathgui.project.comparison import typed_field
from pathgui.project.expression import parse_expression, select_rows
from pathgui.project.joined import joined_homes
from pathgui.project.schema import Column
from pathgui.storage.features import FeatureFile, FeatureMeta, SlideFeatures
from pathgui.tiling import Box, tiles_within
from pathgui.workflows.features.places import database_file, slide_file
from pathgui.workflows.known import known_of
from pathgui.workflows.qc.tiles import excluded_boxes, tiles_file
from pathgui.workflows.run_recipe import choose


class Bag(NamedTuple):
    """All tiles of one slide: coords int64 (n, 2), features (n, d)."""

    slide_name: str
    coords: npt.NDArray[np.int64]
    features: npt.NDArray[Any]


def choose_slides(
    project: Project,
    expression: str = "",
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
) -> list[str]:
    """Ids of slides that meet a condition on the manifest and the clinical table.

    A slide with several clinical rows is chosen if one of them meets it.

    Raises
    ------
    ExpressionError
        If the condition cannot be understood, or names an unknown column.
    ProjectError, RunError
        If cohort or slides are unknown, or there are none.
    """
    wanted = choose(project, cohort, slides)
    if not expression:
        return wanted
    found = set(_matching(project, expression))
    return [slide_id for slide_id in wanted if slide_id in found]


def _matching(project: Project, text: str) -> list[str]:
    homes = joined_homes(project)
    expression = parse_expression(text).at_home(homes)
    manifest = project.manifest
    if all(manifest.has_column(name) for name in expression.names):
        chosen = select_rows(expression.text, manifest)
        ids: list[str] = manifest.texts("slide_id")[chosen].tolist()
        return ids
    frame = joined_frame(project)
    expression.check_names(list(frame.columns))
    fields = {
        name: typed_field(frame[name].tolist(), _column(project, name))
        for name in expression.names
    }
    mask = expression.mask(fields, len(frame))
    return list(frame["slide_id"].to_numpy()[mask])


def _column(project: Project, name: str) -> Column:
    """Definition of a column of the joined table."""
    if project.manifest.has_column(name):
        return project.manifest.column(name)
    plain = name.removesuffix("_clinical")
    for candidate in (name, plain):
        if project.clinical.has_column(candidate):
            return project.clinical.column(candidate)
    return Column(name)


class FeatureSet:
    """Features of chosen slides; a context manager that is iterated by slide.

    Each slide's own file is opened while it is read; databases stay open.

    Parameters
    ----------
    project : Project
        The project.
    slide_ids : collection of str
        Slides, in order.
    excluded : mapping of str to boxes
        Boxes in level-0 pixels by slide, as `excluded_boxes` gives them: tiles with
        their centre in one are left out.

    Attributes
    ----------
    slides : tuple of str
        Slides that have features, in the order asked for.
    without_features : tuple of str
        Those that have none.
    """

    def __init__(
        self,
        project: Project,
        slide_ids: Collection[str],
        excluded: Mapping[str, Collection[Box]] = MappingProxyType({}),
    ) -> None:
        self._excluded = excluded
        self._stack, self._known = ExitStack(), known_of(project)
        self._databases: dict[Path, FeatureFile | None] = {}
        self._places: dict[str, Path] = {}
        own = [slide_file(project, slide_id) for slide_id in slide_ids]
        self._known.prepare(own)
        try:
            for slide_id in slide_ids:
                path = self._find(project, slide_id)
                if path is not None:
                    self._places[slide_id] = path
        except BaseException:
            self.close()
            raise
        self.slides = tuple(self._places)
        self.without_features = tuple(s for s in slide_ids if s not in self._places)

    def _find(self, project: Project, slide_id: str) -> Path | None:
        own = slide_file(project, slide_id)
        if own.exists():
            return own
        row = project.manifest.find(slide_id)
        cohort = "" if row is None else project.manifest.text(row, "cohort")
        for path in (database_file(project, cohort), database_file(project, None)):
            database = self._database(path)
            if database is not None and slide_id in database:
                return path
        return None

    def _database(self, path: Path) -> FeatureFile | None:
        if path not in self._databases:
            found = self._open(path) if path.exists() else None
            self._databases[path] = found
            if found is not None:
                self._stack.callback(found.close)
        return self._databases[path]

    def _open(self, path: Path) -> FeatureFile:
        self._known.look(path)
        return FeatureFile(path)

    def place(self, slide_id: str) -> Path:
        """The file that a slide's features are read from."""
        return self._places[slide_id]

    def each(self) -> Iterator[SlideFeatures]:
        """Slides one after the other, each open until the next is asked for."""
        for slide_id, path in self._places.items():
            database = self._databases.get(path)
            if database is not None:
                yield database.slide(slide_id)
                continue
            with self._open(path) as file:
                yield file.slide(slide_id)

    def __iter__(self) -> Iterator[Bag]:
        for slide in self.each():
            rows = self.kept(slide)
            yield Bag(slide.name, slide.coords[rows], slide.read(rows))

    def __len__(self) -> int:
        return len(self.slides)

    def kept(self, slide: SlideFeatures) -> npt.NDArray[np.int64]:
        """Rows of the tiles of a slide that are not excluded."""
        side = slide.meta.tile_size * slide.meta.downsample
        boxes = self._excluded.get(slide.name, ())
        return np.flatnonzero(~tiles_within(slide.coords, side, boxes))

    def excluded_tiles(self) -> dict[str, int]:
        """How many tiles are left out, by slide; slides that lose none are not told."""
        if not self._excluded:
            return {}
        lost = {s.name: len(s) - len(self.kept(s)) for s in self.each()}
        return {name: count for name, count in lost.items() if count}

    def layout(self) -> tuple[int, int, FeatureMeta]:
        """Rows and columns of all features one below the other, and their facts.

        Raises
        ------
        StorageError
            If there are none, or they are of different models.
        """
        rows, first = 0, None
        for slide in self.each():
            same = slide.meta.model, slide.meta.model_hash, slide.shape[1]
            if first is None:
                first = same, slide.name, slide.meta
            elif first[0] != same:
                raise StorageError(
                    f"{first[1]} and {slide.name} have features of different models: "
                    f"{first[0][0]} ({first[0][2]}) and {same[0]} ({same[2]})",
                    "extract features of all slides with one model",
                )
            rows += len(self.kept(slide))
        if first is None:
            raise StorageError(
                "none of the slides has features",
                "extract them with `pathgui features extract`",
            )
        return rows, first[0][2], first[2]

    def close(self) -> None:
        """Release the databases."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def query(
    project: Project,
    expression: str = "",
    *,
    cohort: str | None = None,
    slides: Collection[str] | None = None,
    all_tiles: bool = False,
) -> FeatureSet:
    """Features of the slides that meet a condition; as `choose_slides`.

    Tiles that were excluded in review are left out, also where features had been
    extracted of them, unless `all_tiles` asks for them.

    Returns
    -------
    FeatureSet
        To be iterated (slide_name, coords, features), or handed to `to_frame`,
        `to_anndata`, `write_memmap`, `export`; close it in the end.
    """
    chosen = choose_slides(project, expression, cohort=cohort, slides=slides)
    excluded = {} if all_tiles else excluded_boxes(tiles_file(project))
    return FeatureSet(project, chosen, excluded)


def column_names(meta: FeatureMeta, width: int) -> list[str]:
    """Names of the features; ``f0``, ``f1`` and so on where they have none."""
    return list(meta.feature_names) or [f"f{k}" for k in range(width)]
