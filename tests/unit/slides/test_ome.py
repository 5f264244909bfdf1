"""OME-TIFF in its many forms, written here."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from pathgui.errors import SlideError
from pathgui.slides import check_slide, ome_xml, open_slide


def write(path: Path, pixels: np.ndarray, **options: Any) -> Path:
    options.setdefault("photometric", "rgb")
    metadata = {"axes": "YXS", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.27}
    metadata.update(options.pop("metadata", {}))
    with tifffile.TiffWriter(path, ome=True) as writer:
        writer.write(pixels, metadata=metadata, **options)
    return path


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (301, 407, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rowsperstrip": 40},
        {"rowsperstrip": 40, "compression": "zlib"},
        {"compression": "zlib"},
        {"compression": "lzw", "predictor": True, "rowsperstrip": 7},
        {"tile": (64, 96)},
        {"tile": (64, 96), "compression": "zlib", "predictor": True},
        {"tile": (64, 96), "compression": "zstd"},
        {"tile": (64, 64), "compression": "jpeg2000"},
    ],
    ids=str,
)
@pytest.mark.parametrize("planar", [False, True])
def test_that_interleaved_and_planar_pixels_are_read_alike(
    options: dict[str, Any], planar: bool, pixels: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "slide.ome.tif"
    if planar:
        planes = np.ascontiguousarray(np.moveaxis(pixels, 2, 0))
        options = {**options, "planarconfig": "separate", "metadata": {"axes": "SYX"}}
        write(path, planes, **options)
    else:
        write(path, pixels, **options)
    with open_slide(path) as slide:
        check_slide(slide)
        assert slide.properties.vendor == "ome-tiff"
        assert (slide.properties.mpp_x, slide.properties.mpp_y) == (0.25, 0.27)
        assert slide.properties.mpp == pytest.approx(0.26)
        assert np.array_equal(slide.read(0, 0, 0, 407, 301), pixels)
        assert np.array_equal(slide.read(0, 99, 50, 111, 87), pixels[50:137, 99:210])


def test_that_a_pyramid_in_subifds_gives_levels(data: Path) -> None:
    path = data / "slides" / "derived" / "cmu1_pyramid.ome.tif"
    with open_slide(path) as slide, tifffile.TiffFile(path) as file:
        assert slide.properties.level_count == 4
        for level in range(4):
            page = file.pages[0] if level == 0 else file.pages[0].pages[level - 1]
            width, height = slide.properties.level_dimensions[level]
            assert np.array_equal(
                slide.read(level, 0, 0, width, height), page.asarray()
            )


def test_that_crops_by_another_program_are_read_as_they_are(data: Path) -> None:
    path = data / "slides" / "OS-1-detail_HE.ome.tif"
    with open_slide(path) as slide:
        assert np.array_equal(slide.read(0, 0, 0, 1101, 1101), tifffile.imread(path))


@pytest.mark.parametrize(
    ("pixels", "axes", "photometric", "word"),
    [
        (np.zeros((64, 64, 3), np.uint16), "YXS", "rgb", "uint16"),
        (np.zeros((64, 64), np.uint8), "YX", "minisblack", "not 8-bit RGB"),
        (np.zeros((2, 64, 64, 3), np.uint8), "ZYXS", "rgb", "stack of 2 planes"),
        (np.zeros((3, 64, 64), np.uint16), "CYX", "minisblack", "3 channels"),
    ],
)
def test_that_other_pixels_than_rgb_are_refused_with_the_reason(
    pixels: np.ndarray, axes: str, photometric: str, word: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.ome.tif"
    write(path, pixels, photometric=photometric, metadata={"axes": axes})
    with pytest.raises(SlideError, match=word) as caught:
        open_slide(path)
    assert "other.ome.tif" in str(caught.value)
    assert "RGB" in str(caught.value) + caught.value.hint


def test_that_a_cut_off_file_is_refused_or_found_by_the_check(
    pixels: np.ndarray, tmp_path: Path
) -> None:
    path = write(tmp_path / "whole.ome.tif", pixels, tile=(64, 64), compression="zlib")
    content = path.read_bytes()
    short = tmp_path / "short.ome.tif"
    for share in (0.2, 0.6, 0.95):
        short.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(SlideError, match=r"short\.ome\.tif"):
            check_slide(open_slide(short))


def xml(attributes: str = "", rest: str = "") -> str:
    return (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        f'<Image ID="Image:0"><Pixels SizeX="10" SizeY="8" SizeC="3" Type="uint8" '
        f"{attributes}/>{rest}</Image></OME>"
    )


@pytest.mark.parametrize(
    ("value", "unit", "mpp"),
    [
        ("0.5", None, 0.5),
        ("0.5", "µm", 0.5),
        ("0.5", "\u03bcm", 0.5),
        ("500", "nm", 0.5),
        ("0.0005", "mm", 0.5),
        ("5e-7", "m", 0.5),
        ("5000", "Å", 0.5),
        ("1", "pixel", None),
        ("1", "reference frame", None),
        ("0", "µm", None),
        ("nan", "µm", None),
        ("x", "µm", None),
    ],
)
def test_that_units_of_length_are_honoured(
    value: str, unit: str | None, mpp: float | None
) -> None:
    unit_text = "" if unit is None else f'PhysicalSizeXUnit="{unit}"'
    facts = ome_xml.parse(xml(f'PhysicalSizeX="{value}" {unit_text}'))
    expected = None if mpp is None else pytest.approx(mpp)
    assert (facts.mpp_x, facts.mpp_y) == (expected, expected)


def test_that_objective_and_microscope_are_found() -> None:
    text = xml(rest='<ObjectiveSettings ID="O:1"/>').replace(
        "<Image ",
        '<Instrument><Microscope Model="VS200"/><Objective ID="O:0" '
        'NominalMagnification="4"/><Objective ID="O:1" NominalMagnification="40"/>'
        "</Instrument><Image ",
        1,
    )
    facts = ome_xml.parse(text)
    assert (facts.objective, facts.instrument) == (40.0, "VS200")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<OME></OME>",
        "<OME><Image/></OME>",
        '<!DOCTYPE x [<!ENTITY a "b">]>' + xml(),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><OME>&a;</OME>',
        xml('SizeZ="many"'),
    ],
)
def test_that_bad_or_hostile_xml_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"XML|invalid literal"):
        ome_xml.parse(text)
