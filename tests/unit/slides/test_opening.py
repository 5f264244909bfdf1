"""What opening says about good, awkward and broken files."""

import math
from pathlib import Path

import pytest

from pathgui.errors import SlideError
from pathgui.slides import SlideProperties, check_slide, open_slide, quick_fingerprint

# file: vendor, level 0, levels, mpp, source, objective
EXPECTED = {
    "CMU-1-Small-Region.svs": ("aperio", (2220, 2967), 1, 0.499, "vendor", 20),
    "OS-1-detail_HE.ome.tif": ("ome-tiff", (1101, 1101), 1, 0.2271, "ome", None),
    "camelyon_jpeg2000_lowres.dcm": ("dicom", (1696, 812), 1, 28.97, "vendor", None),
    "derived/cmu1_generic_nompp_bigtiff_deflate.tif": (
        "generic-tiff",
        (512, 512),
        3,
        None,
        "",
        None,
    ),
    "derived/cmu1_generic_pyramid.tif": (
        "generic-tiff",
        (2220, 2967),
        4,
        0.499,
        "tiff",
        None,
    ),
    "derived/cmu1_pyramid.ome.tif": ("ome-tiff", (2220, 2967), 4, 0.499, "ome", None),
    "derived/cmu1_leica.scn": ("leica", (4096, 4096), 3, 0.499, "vendor", 20),
    "hamamatsu_test3_DAPI.ndpi": (
        "hamamatsu",
        (3968, 4864),
        7,
        0.2282,
        "vendor",
        40,
    ),
}
REFUSED_WHEN_OPENED = (
    "huge_dims.tif",
    "ifd_loop.tif",
    "mirax_without_folder.mrxs",
    "png_renamed.svs",
    "striped_not_tiled.tif",
    "text_renamed.svs",
    "tile_offset_past_end.tif",
    "truncated.svs",
    "unknown_compression.tif",
    "vms_missing_jpeg.vms",
    "zero_bytes.svs",
    "xxe.xml",
)
REFUSED_WHEN_CHECKED = ("bad_tile_data.tif", "truncated.dcm")
ACCEPTED = ("gray16_tiled.tif", "ok_но_имя 日本 😐 (1).tif")


@pytest.mark.parametrize("name", EXPECTED)
def test_that_properties_are_what_the_file_says(name: str, data: Path) -> None:
    vendor, size, levels, mpp, source, objective = EXPECTED[name]
    with open_slide(data / "slides" / name) as slide:
        found = slide.properties
    assert (found.vendor, found.dimensions) == (vendor, size)
    assert found.level_count == levels
    assert found.mpp == (None if mpp is None else pytest.approx(mpp, rel=1e-3))
    assert (found.mpp_source, found.objective) == (source, objective)


def test_that_every_shared_slide_opens_and_passes_the_check(any_path: Path) -> None:
    with open_slide(any_path) as slide:
        check_slide(slide)
        assert slide.properties.quickhash
        assert slide.properties.level_downsamples[0] == 1.0


def test_that_downsamples_are_openslides_own_and_never_rounded(aperio: Path) -> None:
    import openslide

    with open_slide(aperio) as slide, openslide.OpenSlide(aperio) as reference:
        assert slide.properties.level_downsamples == reference.level_downsamples
        assert slide.frame(1).downsample == reference.level_downsamples[1]


def test_that_bounds_and_associated_images_are_known(data: Path) -> None:
    with open_slide(data / "slides" / "derived" / "cmu1_leica.scn") as slide:
        assert slide.properties.bounds == (1024, 1024, 2048, 2048)
        assert slide.properties.associated == ("macro",)
        assert slide.associated("macro").shape == (512, 512, 3)
        with pytest.raises(SlideError, match="has no image 'label'"):
            slide.associated("label")


@pytest.mark.parametrize("name", REFUSED_WHEN_OPENED)
def test_that_a_file_that_is_no_slide_is_refused_by_name(name: str, data: Path) -> None:
    with pytest.raises(SlideError) as caught:
        open_slide(data / "broken" / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", REFUSED_WHEN_CHECKED)
def test_that_the_check_finds_broken_pixels(name: str, data: Path) -> None:
    slide = open_slide(data / "broken" / name)
    with slide, pytest.raises(SlideError, match="damaged at level 0") as caught:
        check_slide(slide)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ACCEPTED)
def test_that_valid_files_of_awkward_kind_are_accepted(name: str, data: Path) -> None:
    with open_slide(data / "broken" / name) as slide:
        check_slide(slide)
        assert slide.read(0, 0, 0, 256, 256).shape == (256, 256, 3)


def test_that_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SlideError, match=r"nothing\.svs is not there"):
        open_slide(tmp_path / "nothing.svs")
    with pytest.raises(SlideError, match="is a folder"):
        open_slide(tmp_path)


def test_that_a_users_mpp_replaces_the_files(aperio: Path) -> None:
    with open_slide(aperio, mpp=0.25) as slide:
        assert (slide.properties.mpp, slide.properties.mpp_source) == (0.25, "user")
        assert slide.frame(0).mpp == 0.25


@pytest.mark.parametrize("mpp", [0, -1, math.nan, math.inf])
def test_that_an_impossible_mpp_is_refused(mpp: float, aperio: Path) -> None:
    with pytest.raises(SlideError, match="is no resolution"):
        open_slide(aperio, mpp=mpp)


def test_that_a_slide_is_known_again_under_another_name(
    aperio: Path, data: Path, tmp_path: Path
) -> None:
    for path in (aperio, data / "slides" / "OS-1-detail_HE.ome.tif"):
        copy = tmp_path / f"moved {path.name}"
        copy.write_bytes(path.read_bytes())
        assert quick_fingerprint(copy) == quick_fingerprint(path)
    other = data / "slides" / "derived" / "cmu1_trestle.tif"
    assert quick_fingerprint(aperio) != quick_fingerprint(other)


@pytest.mark.parametrize(
    ("mpp", "objective", "word"),
    [
        (None, None, "does not say"),
        (28.97, None, "outside"),
        (0.25, 20, "does not fit"),
        (0.5, 20, ""),
        (0.2282, 40, ""),
        (0.5, None, ""),
    ],
)
def test_that_doubtful_resolutions_are_told(
    mpp: float | None, objective: float | None, word: str
) -> None:
    facts = SlideProperties("x", ((9, 9),), (1.0,), mpp=mpp, objective=objective)
    assert word in facts.mpp_warning
    assert bool(facts.mpp_warning) == bool(word)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"II*\0" + b"\xff" * 400, "copy it again from its source"),
        (b"only words", "choose a slide that OpenSlide reads"),
    ],
)
def test_that_the_way_out_fits_what_is_wrong_with_a_file(tmp_path, content, hint):
    path = tmp_path / "odd.svs"
    path.write_bytes(content)
    with pytest.raises(SlideError) as caught:
        open_slide(path)
    assert caught.value.hint.startswith(hint)
