"""The rules of the format for files of features."""

from collections.abc import Iterator
from typing import Any

from h5py import h5o

from pathgui.errors import StorageError
from pathgui.storage.features.groups import linked_file
from pathgui.storage.features.meta import FORMAT_VERSION, read_meta
from pathgui.storage.features.reader import FeatureFile
from pathgui.storage.handle import version_of
from pathgui.storage.links import child_names, has, is_hard, open_dataset, open_group
from pathgui.storage.metadata import attribute
from pathgui.storage.reader import SlideFile
from pathgui.storage.schema import MAX_SLIDES
from pathgui.storage.walk import Problem, Visited, attributes, guarded, walk

_PARTS = ("features", "coords")


def check_features(file: SlideFile) -> Iterator[Problem]:
    """Everything that is wrong with a file of features; every chunk is inflated."""
    root = file.root
    version = version_of(attribute(root, "format_version"))
    if version != FORMAT_VERSION:
        said = attribute(root, "format_version")
        yield Problem("/@format_version", f"is {said!r}, known is {FORMAT_VERSION}")
    if not attribute(root, "complete", False):
        yield Problem("/@complete", "is not set: the writing broke off")
    visited: Visited = {int(h5o.get_info(root).addr)}
    if has(root, "features"):
        yield from guarded("/", _slide, file, root, "", visited)
        return
    names: dict[str, str] = {}
    for name in child_names(root, MAX_SLIDES):
        yield from guarded(f"/{name}", _group, file, name, names, visited)


def _group(
    file: SlideFile, name: str, names: dict[str, str], visited: Visited
) -> Iterator[Problem]:
    group = open_group(file.root, name)
    if not name.startswith("slide_"):
        yield Problem(f"/{name}", "is no slide_i")
    yield from _slide(file, group, f"/{name}", visited)
    slide = read_meta(group, "").slide_name
    if not slide:
        yield Problem(f"/{name}@slide_name", "is not there")
    elif slide in names:
        yield Problem(f"/{name}@slide_name", f"is {slide!r}, as of /{names[slide]}")
    names[slide] = name


def _slide(
    file: SlideFile, group: Any, path: str, visited: Visited
) -> Iterator[Problem]:
    lost = [name for name in _PARTS if not has(group, name)]
    for name in lost:
        yield Problem(path or "/", f"has no {name}")
    if lost:
        return
    if not is_hard(group, b"features"):
        yield from _but_names(attributes(group, path), path)
        yield from guarded(f"{path}/features", _linked, file, group, path)
        return
    yield from _but_names(walk(group, path, visited), path)
    for name in child_names(group, MAX_SLIDES):
        if name not in _PARTS:
            yield Problem(f"{path}/{name}", "is not part of the format")
    yield from _shapes(group, path)


def _but_names(problems: Iterator[Problem], path: str) -> Iterator[Problem]:
    """Names of features are a list, the only attribute that is no plain value."""
    return (one for one in problems if one.path != f"{path}@feature_names")


def _shapes(group: Any, path: str) -> Iterator[Problem]:
    features, coords = (open_dataset(group, name) for name in _PARTS)
    shape = features.shape
    if features.dtype.kind != "f" or len(shape) != 2:
        message = f"is {features.dtype} of shape {shape}, not floats (n, d)"
        yield Problem(f"{path}/features", message)
        return
    if coords.shape != (shape[0], 2) or coords.dtype.kind != "i":
        message = f"is {coords.dtype} of shape {coords.shape} for {shape[0]} tiles"
        yield Problem(f"{path}/coords", message)
    for name, wanted in (("num_tiles", shape[0]), ("feature_dim", shape[1])):
        found = attribute(group, name)
        if found != wanted:
            yield Problem(f"{path}@{name}", f"is {found}, the data say {wanted}")
    names = read_meta(group, "").feature_names
    if names and len(names) != shape[1]:
        yield Problem(f"{path}@feature_names", f"has {len(names)} for {shape[1]}")


def _linked(file: SlideFile, group: Any, path: str) -> Iterator[Problem]:
    """What a database links to: a file in its folder that holds that slide."""
    target = linked_file(group, file.path.parent)
    wanted = read_meta(group, "").slide_name
    try:
        with FeatureFile(target) as other:
            if other.slide_names != (wanted,):
                yield Problem(f"{path}/features", f"links to {other.slide_names}")
            _ = other.slide(wanted).coords
    except StorageError as error:
        yield Problem(f"{path}/features", f"links to what is no good: {error.message}")
