"""`h5 info|validate|advise|merge|split|repack|convert`, and `stitch`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pathgui.cli.cohort import Json
from pathgui.cli.options import AllTiles
from pathgui.cli.output import FOUND, note, problem, progress, result

File = Annotated[Path, typer.Argument(help="HDF5 result file.")]
_MOST_LINES = 12
# What a conversion may hold in memory: all features of a slide, twice.
_CONVERT_MB = 4000
# What was written must reach the disk, which may take its time.
_CONVERT_SECONDS = 60.0
# Less is what any file has between its data.
_WASTE = 0.02


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="HDF5 result files.", no_args_is_help=True)
    for command in (info, validate, advise, merge, split, repack, convert):
        group.command(command.__name__)(command)
    app.add_typer(group, name="h5")
    app.command("stitch")(stitch)


def info(file: File, as_json: Json = False) -> None:
    """Say where the bytes of a file are."""
    from pathgui.storage.guard import call_in_child

    with progress(quiet=as_json) as report:
        found = call_in_child("pathgui.storage.probe:sizes", str(file), progress=report)
    lines = [f"{file}: {_mb(found['size'])}"]
    for one in found["datasets"][:_MOST_LINES]:
        ratio = one["stored"] / one["raw"] if one["raw"] else 1
        lines.append(
            f"  {_mb(one['stored']):>12}  {ratio:5.0%}  {one['count']:>7} × "
            f"{one['shape']} {one['dtype']} {one['filters']}  {one['path']}"
        )
    lines.append(f"  {_mb(found['bookkeeping']):>12}  names, types and indices")
    much = found["wasted"] > _WASTE * found["size"] + 10_000
    words = "wasted; h5 repack gives it back" if much else "gaps"
    lines.append(f"  {_mb(found['wasted']):>12}  {words}")
    result(found, "\n".join(lines), as_json=as_json)


def validate(file: File, as_json: Json = False) -> None:
    """Check every rule of the format, and inflate every chunk."""
    from pathgui.storage.guard import call_in_child

    with progress(quiet=as_json) as report:
        found = call_in_child(
            "pathgui.storage.probe:problems", str(file), progress=report
        )
    for path, message in found:
        problem(f"{file}: {path} {message}")
    data = {
        "file": str(file),
        "valid": not found,
        "problems": [{"path": path, "message": message} for path, message in found],
    }
    text = f"{file} is valid." if not found else ""
    result(data, text, as_json=as_json)
    if found:
        raise typer.Exit(FOUND)


def advise(
    file: File,
    sample: Annotated[int, typer.Option(help="Tiles to measure.")] = 48,
    as_json: Json = False,
) -> None:
    """Measure ways to store this file's own tiles, and recommend one."""
    from pathgui.storage.advice import advise as measure

    _first_look(file, quiet=as_json)
    with progress(quiet=as_json) as report:
        advice = measure(file, sample, progress=report)
    lines = ["layout   images     compression         MB     write      read"]
    for one in advice.choices:
        mark = "  ← recommended" if one == advice.best else ""
        size = advice.expected_size(one) / 1e6
        lines.append(
            f"{one.layout:8} {one.images:10} {one.compression:12} {size:9.1f} "
            f"{one.write_ms:6.2f} ms {one.read_ms:6.2f} ms{mark}"
        )
    lines.append(advice.reason)
    data = asdict(advice)
    for one, told in zip(advice.choices, data["choices"], strict=True):
        told["file_bytes"] = advice.expected_size(one)
    result(data, "\n".join(lines), as_json=as_json)


def merge(
    files: Annotated[list[Path], typer.Argument(help="Files to join, in order.")],
    out: Annotated[Path, typer.Option(help="The new file.")],
    as_json: Json = False,
) -> None:
    """Join files into one, without inflating anything."""
    from pathgui.storage import merge as join

    _first_look(*files, quiet=as_json)
    with progress(quiet=as_json) as report:
        join(files, out, progress=report)
    data = {"out": str(out), "files": len(files), "size": out.stat().st_size}
    result(data, f"Joined {len(files)} files into {out}.", as_json=as_json)


def split(
    file: File,
    out: Annotated[Path, typer.Option(help="Folder for the new files.")],
    as_json: Json = False,
) -> None:
    """Write each slide of a file into a file of its own; nothing is overwritten."""
    from pathgui.storage import split as part

    _first_look(file, quiet=as_json)
    with progress(quiet=as_json) as report:
        paths = part(file, out, progress=report)
    data = {"files": [str(path) for path in paths]}
    result(data, "\n".join(str(path) for path in paths), as_json=as_json)


def repack(
    file: File,
    out: Annotated[
        Path | None, typer.Option(help="The new file; FILE itself if left out.")
    ] = None,
    compression: Annotated[
        str | None, typer.Option(help="fast, none, 1 to 9, zstd or lz4.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="tree or stacked.")] = None,
    chunks: Annotated[str | None, typer.Option(help="tile or channel.")] = None,
    images: Annotated[
        str | None, typer.Option(help="pixels, reference or none.")
    ] = None,
    fletcher32: Annotated[
        bool | None,
        typer.Option("--fletcher32/--no-fletcher32", help="A checksum per chunk."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Give back wasted space, or change layout, compression or pixels."""
    from pathgui.storage.codec import plugin_warning
    from pathgui.workflows.repack import pixel_warning, repack_file

    _first_look(file, older=True, quiet=as_json)
    warnings = [pixel_warning(file, images), plugin_warning(compression or "")]
    changes: dict[str, Any] = {
        "compression": compression,
        "layout": layout,
        "chunks": chunks,
        "images": images,
        "fletcher32": fletcher32,
    }
    with progress(quiet=as_json) as report:
        done = repack_file(file, out, changes, progress=report)
    data = {"path": str(done.path), "before": done.before, "after": done.after}
    for warning in filter(None, warnings):
        note(warning[0].upper() + warning[1:] + ".")
    text = f"{done.path}: {_mb(done.before)} before, {_mb(done.after)} after."
    result(data, text, as_json=as_json)


def convert(
    path: Annotated[Path, typer.Argument(help="File to convert.")],
    to: Annotated[
        str, typer.Option(help="pathgui, h5path, clam, trident, stamp or geojson.")
    ],
    out: Annotated[Path, typer.Option(help="File, or folder for the other's tree.")],
    downsample: Annotated[
        float | None, typer.Option(help="Of a PathML file's level, if it is not clear.")
    ] = None,
    all_tiles: AllTiles = False,
    as_json: Json = False,
) -> None:
    """Convert between our files and those of PathML, CLAM, TRIDENT, STAMP, QuPath.

    Tiles that were excluded in review are left out, if the file lies in a project.
    """
    from pathgui.storage.guard import call_in_child
    from pathgui.workflows.qc.tiles import boxes_around, left_out

    excluded = {} if all_tiles else boxes_around(path)
    boxes = {name: sorted(found) for name, found in excluded.items()}
    with progress(quiet=as_json) as report:
        call_in_child(
            "pathgui.interop.convert:look_in_child", str(path), progress=report
        )
        done = call_in_child(
            "pathgui.interop.convert:convert_in_child",
            *(str(path), to, str(out), downsample, boxes),
            timeout=_CONVERT_SECONDS,
            memory_mb=_CONVERT_MB,
            progress=report,
        )
    if words := left_out(done["excluded_tiles"]):
        note(words)
    result(done, "\n".join(done["files"]), as_json=as_json)


def stitch(
    file: File,
    name: Annotated[str, typer.Argument(help="Label or mask to stitch.")],
    method: Annotated[
        str, typer.Option(help="average, max, first or weighted.")
    ] = "average",
    to: Annotated[str, typer.Option(help="h5, png or tiff.")] = "h5",
    out: Annotated[
        Path | None, typer.Option(help="Where to; FILE, or beside it, if left out.")
    ] = None,
    slide: Annotated[
        int, typer.Option(help="Which slide of a file that holds several, from 0.")
    ] = 0,
    all_tiles: AllTiles = False,
    as_json: Json = False,
) -> None:
    """Stitch a label or mask of the tiles to one map of the slide.

    Tiles that were excluded in review are left out, if the file lies in a project.
    """
    from pathgui.workflows.qc.tiles import boxes_around
    from pathgui.workflows.stitch import slide_name, stitch_file

    _first_look(file, quiet=as_json)
    boxes = set() if all_tiles else boxes_around(file).get(slide_name(file, slide), ())
    with progress(quiet=as_json) as report:
        written = stitch_file(
            file, name, method=method, to=to, number=slide, out=out, excluded=boxes,
            progress=report,
        )  # fmt: skip
    data = {"file": str(written), "name": name, "method": method}
    result(data, f"Stitched {name} into {written}.", as_json=as_json)


def _first_look(*files: Path, older: bool = False, quiet: bool = False) -> None:
    """Open unknown files in a child first: what breaks, breaks there."""
    from pathgui.storage.looking import look_at

    with progress(quiet=quiet) as report:
        found = look_at(files, older=older, progress=report)
    for error in filter(None, found.values()):
        raise error


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size:,} B"
